// Parquet files of numeric columns, the first of which is the label.
#pragma once

#include "table/matrix.hpp"

#include <cstdint>
#include <span>

namespace millrace::table {

// Throws DataError naming file and column. Nulls are missing; flags are zero and one.
[[nodiscard]] Dataset read_parquet(std::span<const Input> inputs);

struct ParquetShape {
  std::uint64_t rows = 0;
  std::uint64_t columns = 0;  // with the label
};

// All rows together, and the columns of the first, as the files themselves say behind their data,
// which is not read. Throws DataError.
[[nodiscard]] ParquetShape parquet_shape(std::span<const Input> inputs);

}  // namespace millrace::table
