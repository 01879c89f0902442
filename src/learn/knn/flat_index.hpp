// An exact index: every point is compared with every row, in blocks, as a matrix product.
#pragma once

#include "learn/knn/packed_set.hpp"

#include <cstddef>
#include <span>

namespace millrace::learn::knn {

class Candidates;

// Of equally near points the one with the smaller number comes first.
class FlatIndex final : public Index {
 public:
  // Throws RangeError.
  FlatIndex(const Rows& points, Metric metric, const Kernels& kernels)
      : points_(points, metric, kernels) {}

  [[nodiscard]] std::size_t size() const { return points_.size(); }
  [[nodiscard]] std::size_t columns() const override { return points_.columns(); }

  void search(const Rows& rows, std::size_t k, std::span<Neighbor> out) const override;

 private:
  void scan(const Rows& rows, Candidates& candidates) const;

  PackedSet points_;
};

}  // namespace millrace::learn::knn
