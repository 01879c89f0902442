// Parquet files of numeric columns, the first of which is the label.
#pragma once

#include "table/matrix.hpp"

#include <span>

namespace millrace::table {

// Throws DataError naming file and column. Nulls are missing; flags are zero and one.
[[nodiscard]] Dataset read_parquet(std::span<const Input> inputs);

}  // namespace millrace::table
