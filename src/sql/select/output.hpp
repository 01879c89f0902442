// Records of a result as CSV or JSON, handed on in pieces.
#pragma once

#include "sql/select/writer.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace millrace::sql::select {

constexpr std::size_t piece_bytes = 128 * 1024;  // a full one is handed on

class RecordWriter {
 public:
  using HandOn = std::function<void(std::string_view)>;
  RecordWriter(const Request& request, const Query& query, HandOn hand_on)
      : request_(request), query_(query), hand_on_(std::move(hand_on)) {}
  void add(std::span<const Text> row);
  void flush();

 private:
  void add_json(std::span<const Text> row);
  void add_csv(std::span<const Text> row);
  void json_member(std::string_view name, std::string_view value);
  void csv_field(std::string_view text);
  void csv_value(const Text& value);
  void csv_record(const Text& record);
  void json_record(const Text& record);

  const Request& request_;
  const Query& query_;
  HandOn hand_on_;
  std::string piece_;
  std::size_t record_begin_ = 0;
  bool is_first_ = true;  // in the record
};

}  // namespace millrace::sql::select
