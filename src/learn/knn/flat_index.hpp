// An exact index: every point is compared with every row, in blocks, as a matrix product.
#pragma once

#include "learn/nearest.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

namespace millrace::learn::knn {

enum class Metric { l2, inner_product };

struct Neighbor {
  float distance;  // the Euclidean one, or the inner product
  std::uint32_t point;
};

// Numbers so large that their squares are no 32-bit numbers.
struct RangeError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Immutable; a copy of the points, in the kernels' order, in 32-bit floats.
class FlatIndex {
 public:
  // Throws RangeError.
  FlatIndex(const Rows& points, Metric metric, const Kernels& kernels);

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] std::size_t columns() const { return columns_; }
  [[nodiscard]] Metric metric() const { return metric_; }

  // The `k` nearest points of each row, k <= size(), the nearest first: that of the smallest
  // distance or the largest inner product, of equal ones the one with the smaller number. `out` has
  // k places a row. Throws RangeError. Safe from any thread.
  void search(const Rows& rows, std::size_t k, std::span<Neighbor> out) const;

 private:
  struct Batch;
  void find_center(const Rows& points);
  void pack(const Rows& points);
  void scan(Batch& batch) const;
  void finish(Batch& batch, std::size_t row, std::size_t k, Neighbor* out) const;
  [[nodiscard]] float exact_distance(const float* row, std::uint32_t point) const;
  [[nodiscard]] float half_norm(std::span<const float> row, std::size_t number) const;

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

}  // namespace millrace::learn::knn
