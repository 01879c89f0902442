#include "learn/nearest.hpp"

#include <algorithm>
#include <limits>

namespace millrace::learn {
namespace {

// Rows whose scores fit into the nearest caches.
constexpr std::size_t block_rows = 512;

}  // namespace

NearestFinder::NearestFinder(const Rows& points, const Kernels& kernels)
    : kernels_(kernels), columns_(points.columns) {
  const std::size_t panel = kernels.panel;
  const std::size_t filled = (points.count + panel - 1) / panel * panel;
  panels_.resize(filled * columns_);
  half_norms_.assign(filled, std::numeric_limits<float>::infinity());
  for (std::size_t point = 0; point < points.count; ++point) {
    float* const place = panels_.data() + point / panel * panel * columns_ + point % panel;
    const auto values = points.row(point);
    float norm = 0;
    for (std::size_t column = 0; column < columns_; ++column) {
      place[column * panel] = values[column];
      norm += values[column] * values[column];
    }
    half_norms_[point] = norm / 2;
  }
}

void NearestFinder::find(const Rows& rows, std::uint32_t* nearest, float* score,
                         float* second) const {
  kernels_.find_nearest({.panels = panels_.data(),
                         .half_norms = half_norms_.data(),
                         .count = half_norms_.size(),
                         .columns = columns_},
                        {.rows = rows.values.data(),
                         .count = rows.count,
                         .nearest = nearest,
                         .score = score,
                         .second = second});
}

std::vector<std::uint32_t> find_nearest(const Rows& rows, const Rows& points, Parallel& parallel) {
  const NearestFinder finder(points, kernels());
  std::vector<std::uint32_t> nearest(rows.count);
  parallel.split(rows.count, [&](std::size_t, std::size_t first, std::size_t last) {
    std::vector<float> scores(2 * block_rows);
    for (std::size_t row = first; row < last; row += block_rows) {
      const std::size_t count = std::min(block_rows, last - row);
      finder.find(rows.part(row, count), nearest.data() + row, scores.data(),
                  scores.data() + block_rows);
    }
  });
  return nearest;
}

}  // namespace millrace::learn
