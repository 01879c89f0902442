// CSV of numbers without a header, as the built-in algorithms read it: label first, then the weight
// where there is one, then features; an empty field is missing.
#pragma once

#include "table/matrix.hpp"

#include <span>
#include <string_view>

namespace millrace::table {

struct CsvOptions {
  bool label = true;    // the first column
  bool weight = false;  // the second column
  int threads = 1;
};

// Throws DataError for letters and for rows of another length than the first. The delimiter (comma,
// semicolon, tab, bar or blank) is the first of these on the first line.
[[nodiscard]] Dataset read_csv(std::span<const Input> inputs, const CsvOptions& options);

// Rows of features from a request's body; the message of DataError names the line.
[[nodiscard]] Matrix parse_csv(std::string_view text);

}  // namespace millrace::table
