// Points in the kernels' order, around zero, and what is exact of their distances.
#pragma once

#include "learn/knn/index.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace millrace::learn::knn {

// Immutable; a copy of the points in 32-bit floats.
class PackedSet {
 public:
  // Throws RangeError.
  PackedSet(const Rows& points, Metric metric, const Kernels& kernels);

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] std::size_t columns() const { return columns_; }
  [[nodiscard]] Metric metric() const { return metric_; }

  // Makes a row one to be compared with the points. Throws RangeError, which names it.
  void prepare(std::span<float> row, std::size_t number) const;

  // Compares rows with the points from `first` to `last`, and with those that share a group of the
  // kernels with one of these.
  void find_closer(std::size_t first, std::size_t last, CloserPoints task) const;

  // How many points find_closer looks at for so many.
  [[nodiscard]] std::size_t looked_at(std::size_t points) const {
    return points + 2 * kernels_.panel;
  }

  // The points closest to a prepared row, with their exact distance or inner product, the nearest
  // first.
  void measure(const float* row, std::span<ScoredPoint> points) const;

 private:
  void pack(const Rows& points);
  [[nodiscard]] float half_norm(std::span<const float> row, std::size_t number) const;
  [[nodiscard]] float exact_distance(const float* row, std::uint32_t point) const;

  const Kernels& kernels_;
  Metric metric_;
  std::size_t count_;
  std::size_t columns_;
  // What is subtracted from points and rows: Euclidean distances do not change by it, and their
  // differences of squares are exact only around zero.
  std::vector<float> center_;
  std::vector<float> panels_;
  std::vector<float> half_norms_;
};

// Throws RangeError where a set of these points could not be made.
void check_range(const Rows& points, Metric metric);

// Scores are rounded: some more points are kept than are asked for, and measured exactly.
[[nodiscard]] std::size_t kept_points(std::size_t k);

// Half of a row's squared length. Throws RangeError where the square of two such lengths together
// is no 32-bit number.
[[nodiscard]] float checked_half_norm(std::span<const float> row, std::size_t number);

}  // namespace millrace::learn::knn
