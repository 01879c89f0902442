// An approximate index: of the lists those are searched whose centers are nearest to a row.
#pragma once

#include "learn/knn/flat_index.hpp"
#include "learn/knn/list_points.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace millrace::learn::knn {

class InvertedIndex final : public Index {
 public:
  // Throws RangeError.
  InvertedIndex(const InvertedLists& lists, const Kernels& kernels);

  [[nodiscard]] std::size_t columns() const override { return coarse_.columns(); }

  // Where the lists next to a row hold fewer than `k` points, more of them are searched.
  void search(const Rows& rows, std::size_t k, std::span<Neighbor> out) const override;

 private:
  struct Batch;
  struct Ask;
  void search_batch(const Ask& ask, std::span<Neighbor> out) const;
  void visit(Batch& batch, std::size_t first_rank, std::size_t last_rank) const;
  void compare(Batch& batch, std::size_t list, std::span<const std::uint32_t> rows) const;

  FlatIndex coarse_;
  std::size_t probes_;
  std::vector<std::size_t> begins_;
  std::vector<std::uint32_t> numbers_;
  std::unique_ptr<ListPoints> points_;
};

}  // namespace millrace::learn::knn
