// Many rows against some points: which is the nearest, and how far away the nearest two are.
#pragma once

#include "learn/kernels/kernels.hpp"
#include "learn/parallel.hpp"
#include "table/matrix.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace millrace::learn {

// Rows of the same length one after another: rows, centers.
struct Rows {
  std::span<const float> values;
  std::size_t count = 0;
  std::size_t columns = 0;

  [[nodiscard]] std::span<const float> row(std::size_t number) const {
    return values.subspan(number * columns, columns);
  }
  [[nodiscard]] Rows part(std::size_t first, std::size_t length) const {
    return {values.subspan(first * columns, length * columns), length, columns};
  }
};

// The rows of a dense matrix, which must outlive them.
[[nodiscard]] inline Rows rows_of(const table::Matrix& matrix) {
  return {matrix.values, matrix.rows, matrix.columns};
}

// Points in the kernels' order; a copy, so that the points may move afterwards.
class NearestFinder {
 public:
  NearestFinder(const Rows& points, const Kernels& kernels);

  // `nearest`, `score` and `second` have a place for each row; see Kernels.
  void find(const Rows& rows, std::uint32_t* nearest, float* score, float* second) const;

 private:
  const Kernels& kernels_;
  std::size_t columns_;
  std::vector<float> panels_;
  std::vector<float> half_norms_;
};

// The number of the nearest point for each row; with equal distances the first one's.
[[nodiscard]] std::vector<std::uint32_t> find_nearest(const Rows& rows, const Rows& points,
                                                      Parallel& parallel);

}  // namespace millrace::learn
