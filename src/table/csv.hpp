// CSV of numbers without a header, as the built-in algorithms read it: label first, then the weight
// where there is one, then features; an empty field is missing.
#pragma once

#include "table/matrix.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace millrace::table {

// Columns whose fields are texts, each of which stands for a number.
struct TextColumns {
  std::vector<std::size_t> columns;  // the label being 0; ascending
  // From several threads at once; none: the field is wrong, and why.
  std::function<std::optional<float>(std::string_view field)> number;
  std::string_view why;
};

struct CsvOptions {
  bool label = true;    // the first column
  bool weight = false;  // the second column
  int threads = 1;
  // Where there are such, fields are told apart by commas, and may be quoted.
  const TextColumns* texts = nullptr;
};

// Throws DataError for letters and for rows of another length than the first. The delimiter (comma,
// semicolon, tab, bar or blank) is the first of these on the first line.
[[nodiscard]] Dataset read_csv(std::span<const Input> inputs, const CsvOptions& options);

// Rows of features from a request's body; the message of DataError names the line.
[[nodiscard]] Matrix parse_csv(std::string_view text);

}  // namespace millrace::table
