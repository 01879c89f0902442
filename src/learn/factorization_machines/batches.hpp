// Mini-batches, each with its entries by feature as well as by row, so that every weight is one
// thread's at every step.
#pragma once

#include "learn/parallel.hpp"
#include "table/matrix.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace millrace::learn::factorization_machines {

// The entry e of feature features[i], offsets[i] <= e < offsets[i + 1], stands in the batch's row
// rows[e] and is values[e].
struct Batch {
  std::size_t first_row = 0;
  std::size_t count = 0;                // of rows
  std::vector<std::uint32_t> features;  // that occur, in the order of their first entries
  std::vector<std::uint32_t> offsets;
  std::vector<std::uint32_t> rows;
  std::vector<float> values;
};

// Runs of `batch_rows` rows, the last one shorter.
[[nodiscard]] std::vector<Batch> make_batches(const table::Matrix& sparse, std::size_t batch_rows,
                                              Parallel& parallel);

// The batches of rows that index_entries has seen, which must outlive it. Those of sparse rows are
// kept; those of dense ones are made each time, which is little beside what is done with them.
class Batches {
 public:
  Batches(const table::Matrix& rows, std::size_t batch_rows, Parallel& parallel);

  [[nodiscard]] std::size_t size() const { return (rows_.rows + batch_rows_ - 1) / batch_rows_; }
  // Valid until the next one is taken.
  [[nodiscard]] const Batch& take(std::size_t number);

 private:
  void turn(std::size_t number);
  [[nodiscard]] bool has_feature(std::uint32_t feature) const;
  void fill_feature(std::size_t place);

  const table::Matrix& rows_;
  std::size_t batch_rows_;
  Parallel& parallel_;
  std::vector<Batch> kept_;
  Batch turned_;
};

}  // namespace millrace::learn::factorization_machines
