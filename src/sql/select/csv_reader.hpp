// Records of a CSV object, one after the other, in memory of a fixed size.
#pragma once

#include "sql/select/request.hpp"
#include "sql/select/window.hpp"

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::sql::select {

class CsvReader {
 public:
  // `reader` outlives it.
  CsvReader(base::Reader& reader, const CsvInput& form, std::uint64_t first_offset)
      : form_(form), window_(reader, first_offset) {}

  // The next record's fields, valid until the next call; false at the end. Comments and empty lines
  // are passed over. Throws SelectError.
  [[nodiscard]] bool next(std::vector<std::string_view>& fields);
  // Of the record that next() gave.
  [[nodiscard]] std::uint64_t record_offset() const { return record_offset_; }
  // On to the first record that begins at `offset` or behind it.
  void skip_to(std::uint64_t offset);

 private:
  // The bytes of one record with its delimiter; nothing where more are needed.
  [[nodiscard]] std::optional<std::size_t> split(std::string_view bytes,
                                                 std::vector<std::string_view>& fields);
  [[nodiscard]] std::optional<std::size_t> quoted_field(std::string_view bytes, std::size_t at,
                                                        std::string_view& field);
  [[nodiscard]] std::optional<std::size_t> plain_field(std::string_view bytes, std::size_t at,
                                                       std::string_view& field) const;
  [[nodiscard]] std::optional<std::size_t> after_quote(std::string_view bytes, std::size_t at,
                                                       std::string& text) const;
  void skip_comment(std::string_view bytes);
  void grow();
  void skip_mark();

  const CsvInput form_;
  Window window_;
  std::size_t taken_ = 0;  // bytes of the last record, dropped by the next call
  std::uint64_t record_offset_ = 0;
  std::deque<std::string> unquoted_;  // fields that differ from their bytes
};

}  // namespace millrace::sql::select
