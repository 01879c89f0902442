// How many rows files will be, told before they are read from how the first of them begins.
#pragma once

#include "table/format.hpp"
#include "table/matrix.hpp"

#include <optional>
#include <span>

namespace millrace::table {

struct Estimate {
  double rows = 0;
  double columns = 0;  // labels are columns of CSV and Parquet
  double entries = 0;  // numbers of all rows
  bool sparse = false;
};

// As if all were like the beginning; of Parquet as the files say. Nothing of files that do not
// begin with rows.
[[nodiscard]] std::optional<Estimate> estimate_rows(std::span<const Input> inputs,
                                                    const ReadOptions& options);

// How many lines the files have.
[[nodiscard]] double estimate_lines(std::span<const Input> inputs);

}  // namespace millrace::table
