#include "learn/knn/packed_set.hpp"

#include "learn/knn/candidates.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>

namespace millrace::learn::knn {
namespace {

// Inner products change by what is subtracted: nothing is.
std::vector<float> center_of(const Rows& points, Metric metric) {
  std::vector<float> center(points.columns);
  if (metric != Metric::l2) return center;
  std::vector<double> sums(points.columns);
  for (std::size_t point = 0; point < points.count; ++point) {
    for (std::size_t i = 0; i < points.columns; ++i)
      sums[i] += static_cast<double>(points.values[point * points.columns + i]);
  }
  for (std::size_t i = 0; i < points.columns; ++i)
    center[i] = static_cast<float>(sums[i] / static_cast<double>(points.count));
  return center;
}

}  // namespace

std::size_t kept_points(std::size_t k) { return k + std::max<std::size_t>(8, k / 8); }

float checked_half_norm(std::span<const float> row, std::size_t number) {
  float norm = 0;
  for (const float value : row) norm += value * value;
  if (norm < std::numeric_limits<float>::max() / 16) return norm / 2;
  throw RangeError("row " + std::to_string(number + 1) +
                   " has features too large for distances in 32-bit numbers");
}

void check_range(const Rows& points, Metric metric) {
  const std::vector<float> center = center_of(points, metric);
  std::vector<float> centered(points.columns);
  for (std::size_t point = 0; point < points.count; ++point) {
    std::ranges::transform(points.row(point), center, centered.begin(), std::minus{});
    static_cast<void>(checked_half_norm(centered, point));
  }
}

PackedSet::PackedSet(const Rows& points, Metric metric, const Kernels& kernels)
    : kernels_(kernels),
      metric_(metric),
      count_(points.count),
      columns_(points.columns),
      center_(center_of(points, metric)) {
  pack(points);
}

float PackedSet::half_norm(std::span<const float> row, std::size_t number) const {
  const float half = checked_half_norm(row, number);
  return metric_ == Metric::l2 ? half : 0;
}

void PackedSet::pack(const Rows& points) {
  const std::size_t panel = kernels_.panel;
  const std::size_t filled = (count_ + panel - 1) / panel * panel;
  panels_.resize(filled * columns_);
  half_norms_.assign(filled, std::numeric_limits<float>::infinity());
  std::vector<float> centered(columns_);
  for (std::size_t point = 0; point < count_; ++point) {
    const auto values = points.row(point);
    for (std::size_t i = 0; i < columns_; ++i) centered[i] = values[i] - center_[i];
    half_norms_[point] = half_norm(centered, point);
    float* const place = panels_.data() + point / panel * panel * columns_ + point % panel;
    for (std::size_t i = 0; i < columns_; ++i) place[i * panel] = centered[i];
  }
}

void PackedSet::prepare(std::span<float> row, std::size_t number) const {
  for (std::size_t i = 0; i < columns_; ++i) row[i] -= center_[i];
  static_cast<void>(half_norm(row, number));
}

void PackedSet::find_closer(std::size_t first, std::size_t last, CloserPoints task) const {
  const std::size_t panel = kernels_.panel;
  const std::size_t begin = first / panel * panel;
  const std::size_t end = (last + panel - 1) / panel * panel;
  task.first = static_cast<std::uint32_t>(begin);
  kernels_.find_closer({.panels = panels_.data() + begin * columns_,
                        .half_norms = half_norms_.data() + begin,
                        .count = end - begin,
                        .columns = columns_},
                       task);
}

void PackedSet::measure(const float* row, std::span<ScoredPoint> points) const {
  const bool l2 = metric_ == Metric::l2;
  for (ScoredPoint& at : points)
    at.score = l2 ? exact_distance(row, at.point) : -exact_distance(row, at.point);
  std::sort(points.begin(), points.end(),
            [](const ScoredPoint& a, const ScoredPoint& b) { return is_closer(a, b); });
  if (l2) return;
  for (ScoredPoint& at : points) at.score = -at.score;
}

float PackedSet::exact_distance(const float* row, std::uint32_t point) const {
  const std::size_t panel = kernels_.panel;
  const float* const values = panels_.data() + point / panel * panel * columns_ + point % panel;
  double sum = 0;
  for (std::size_t i = 0; i < columns_; ++i) {
    const double one = static_cast<double>(row[i]);
    const double other = static_cast<double>(values[i * panel]);
    sum += metric_ == Metric::l2 ? (one - other) * (one - other) : one * other;
  }
  return static_cast<float>(metric_ == Metric::l2 ? std::sqrt(sum) : sum);
}

}  // namespace millrace::learn::knn
