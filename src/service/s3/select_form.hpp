// The form of the object and of the result that SelectObjectContent is asked for.
#pragma once

#include "aws/operation.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace millrace::service::s3 {

struct SelectCsv {
  std::string header = "NONE";
  std::optional<std::string> comments;
  std::optional<std::string> quote;
  std::optional<std::string> escape;
  std::optional<std::string> record_delimiter;
  std::optional<std::string> field_delimiter;
  bool quoted_record_delimiters = false;  // of an input
  bool always_quotes = false;             // of an output
};

struct SelectForm {
  std::optional<SelectCsv> csv;
  std::optional<std::string> json;  // its type, empty when not given
  bool parquet = false;
  std::string compression = "NONE";
  std::optional<SelectCsv> csv_output;
  std::optional<std::string> json_output;  // its record delimiter
  bool has_range = false;
  std::optional<std::int64_t> start;
  std::optional<std::int64_t> end;
};

// Records that begin in it, both ends included.
struct ChosenRange {
  bool present = false;
  std::uint64_t start = 0;
  std::uint64_t end = 0;
};

[[nodiscard]] SelectForm read_select_form(const aws::View& in);
// Refuses what AWS refuses before it looks at the object.
void check_select_form(const SelectForm& form);
[[nodiscard]] ChosenRange choose_range(const SelectForm& form, std::uint64_t size);
// The first byte that the child must see.
[[nodiscard]] std::uint64_t first_needed(const SelectForm& form, const ChosenRange& range);
// For the child, as src/work/README.md describes it.
[[nodiscard]] aws::Map select_document(const SelectForm& form, const ChosenRange& range);

}  // namespace millrace::service::s3
