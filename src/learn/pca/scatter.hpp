// Sums over rows, taken block by block on all threads: what both kinds of PCA are made from.
#pragma once

#include "learn/nearest.hpp"
#include "learn/parallel.hpp"

#include <functional>
#include <span>
#include <vector>

namespace millrace::learn::pca {

// The next multiple of the kernels' panel.
[[nodiscard]] std::size_t padded(std::size_t columns);

// The features' means; in 64 bits.
[[nodiscard]] std::vector<double> means_of(const Rows& rows, Parallel& parallel);

// A block of rows less `shift`, each filled up with zeros to `padded` columns.
struct Block {
  std::size_t number = 0;  // the first one's is 0
  std::size_t rows = 0;
  std::span<const float> values;
};

// Asked between blocks by any thread: once it says yes, sums are of the blocks that are done, which
// are one a thread at least. Empty: never.
using Stopped = std::function<bool()>;

// work(block, sums) for each block of `block_rows` rows; a thread's sums, `size` of them, begin at
// zero. The sum of all threads' sums, added in the order of the threads.
[[nodiscard]] std::vector<double> sum_over_blocks(
    const Rows& rows, std::span<const float> shift, std::size_t block_rows, std::size_t size,
    Parallel& parallel, const std::function<void(const Block& block, std::span<double> sums)>& work,
    const Stopped& stopped);

// sum over rows of (row - shift)^T (row - shift), features times features, of which what lies on
// the diagonal or to the right of it is filled.
[[nodiscard]] std::vector<double> scatter_of(const Rows& rows, std::span<const float> shift,
                                             Parallel& parallel, const Stopped& stopped);

// Directions as the columns of a matrix, which rows are multiplied with.
class Basis {
 public:
  Basis(const std::vector<std::vector<double>>& directions, std::size_t features);

  [[nodiscard]] std::size_t size() const { return size_; }
  // The block's rows times the directions, padded(size()) numbers a row.
  [[nodiscard]] std::vector<float> project(const Block& block) const;

 private:
  std::size_t size_;
  std::vector<float> columns_;  // as many rows as the blocks have columns
};

// The scatter of the rows' projections, size() times size().
[[nodiscard]] std::vector<double> scatter_of_projections(const Rows& rows,
                                                         std::span<const float> shift,
                                                         const Basis& basis, Parallel& parallel,
                                                         const Stopped& stopped);

// Each direction times the scatter of the rows: drawn towards where they vary most.
[[nodiscard]] std::vector<std::vector<double>> drawn_directions(const Rows& rows,
                                                                std::span<const float> shift,
                                                                const Basis& basis,
                                                                Parallel& parallel,
                                                                const Stopped& stopped);

// Sums of rows of padded(features) numbers, one after another, as directions.
[[nodiscard]] std::vector<std::vector<double>> directions_of(std::span<const double> sums,
                                                             std::size_t features);

}  // namespace millrace::learn::pca
