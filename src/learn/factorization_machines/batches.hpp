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

}  // namespace millrace::learn::factorization_machines
