// Rows that may begin within one another: the shingles of a stream, each made of some consecutive
// points, lie in the stream itself and are not copied.
#pragma once

#include "learn/nearest.hpp"

#include <algorithm>
#include <cstddef>
#include <span>

namespace millrace::learn::random_cut_forest {

struct Windows {
  std::span<const float> values;
  std::size_t count = 0;
  std::size_t columns = 0;     // of a window
  std::size_t step = columns;  // from the beginning of a window to that of the next

  [[nodiscard]] std::span<const float> row(std::size_t number) const {
    return values.subspan(number * step, columns);
  }
  [[nodiscard]] Windows part(std::size_t first, std::size_t length) const {
    return {values.subspan(first * step), length, columns, step};
  }
};

// A window for each of the points from the `shingle`-th on: it and those just before it, the oldest
// first. None where there are fewer points than that.
[[nodiscard]] inline Windows shingles(const Rows& points, std::size_t shingle) {
  const std::size_t count = points.count + 1 - std::min(shingle, points.count + 1);
  return {points.values, count, shingle * points.columns, points.columns};
}

}  // namespace millrace::learn::random_cut_forest
