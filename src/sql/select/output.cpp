#include "sql/select/output.hpp"

#include "base/json.hpp"
#include "sql/select/error.hpp"
#include "sql/select/json_text.hpp"
#include "sql/select/number.hpp"
#include "sql/select/value.hpp"

#include <algorithm>

namespace millrace::sql::select {
namespace {

using Kind = Written::Kind;

void write_json_value(std::string& out, std::string_view value) {
  switch (value.front()) {
    case tag::null:
      out += "null";
      return;
    case tag::yes:
      out += "true";
      return;
    case tag::no:
      out += "false";
      return;
    case tag::text:
    case tag::instant:
      base::write_json_text(out, payload(value));
      return;
    default:
      out += payload(value);
  }
}

}  // namespace

void RecordWriter::add(std::span<const Text> row) {
  record_begin_ = piece_.size();
  is_first_ = true;
  if (request_.writes_json) {
    add_json(row);
  } else {
    add_csv(row);
  }
  if (piece_.size() - record_begin_ > record_limit) throw SelectError("OverMaxRecordSize");
  if (piece_.size() >= piece_bytes) flush();
}

void RecordWriter::flush() {
  for (std::string_view left = piece_; !left.empty();
       left.remove_prefix(std::min(left.size(), record_limit)))
    hand_on_(left.substr(0, record_limit));
  piece_.clear();
}

void RecordWriter::json_member(std::string_view name, std::string_view value) {
  if (!is_first_) piece_ += ',';
  is_first_ = false;
  base::write_json_text(piece_, name);
  piece_ += ':';
  write_json_value(piece_, value);
}

// A record that is no object is the value of _1.
void RecordWriter::json_record(const Text& record) {
  if (!record) {
    piece_ += "{}";
  } else if (record->front() == tag::object) {
    piece_ += payload(*record);
  } else {
    piece_ += '{';
    json_member("_1", *record);
    piece_ += '}';
  }
}

void RecordWriter::add_json(std::span<const Text> row) {
  if (query_.columns.front().written.kind == Kind::record) {
    json_record(row.front());
    piece_ += request_.json_delimiter;
    return;
  }
  piece_ += '{';
  for (std::size_t i = 0; i < row.size(); ++i) {
    const Column& column = query_.columns[i];
    if (!row[i]) continue;
    if (column.written.kind == Kind::value) {
      json_member(column.name, *row[i]);
    } else if (column.written.kind == Kind::text) {
      json_member(column.name, tagged(tag::text, *row[i]));
    } else {
      std::size_t position = 0;
      for (const std::string_view field : decode_fields(*row[i])) {
        const bool has_name = position < query_.field_names.size();
        const std::string name =
            has_name ? query_.field_names[position] : "_" + std::to_string(position + 1);
        json_member(name, tagged(tag::text, field));
        ++position;
      }
    }
  }
  piece_ += '}';
  piece_ += request_.json_delimiter;
}

void RecordWriter::csv_field(std::string_view text) {
  const CsvOutput& form = request_.csv_output;
  if (!is_first_) piece_ += form.field_delimiter;
  is_first_ = false;
  const auto has = [&](const std::string& part) {
    return !part.empty() && text.find(part) != std::string_view::npos;
  };
  const bool must = has(form.field_delimiter) || has(form.record_delimiter) || has(form.quote);
  if (form.quote.empty() || !(form.always_quotes || must)) {
    piece_ += text;
    return;
  }
  piece_ += form.quote;
  for (const char c : text) {
    if (c == form.quote.front()) piece_ += form.escape;
    piece_ += c;
  }
  piece_ += form.quote;
}

void RecordWriter::csv_value(const Text& value) {
  if (is_null(value)) return csv_field("");
  const char type = value->front();
  if (type == tag::list || type == tag::object)
    throw SelectError("UnsupportedSqlStructure", "nested data needs JSON as the output");
  if (type == tag::yes || type == tag::no) return csv_field(type == tag::yes ? "true" : "false");
  csv_field(payload(*value));
}

void RecordWriter::csv_record(const Text& record) {
  if (!record) return;
  if (record->front() != tag::object) return csv_value(record);
  for_each_member(payload(*record), [&](std::string_view, std::string_view value) {
    csv_value(tagged_json(value));
    return true;
  });
}

void RecordWriter::add_csv(std::span<const Text> row) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    switch (query_.columns[i].written.kind) {
      case Kind::text:
        csv_field(row[i].value_or(""));
        break;
      case Kind::fields:
        for (const std::string_view field : decode_fields(row[i].value_or(""))) csv_field(field);
        break;
      case Kind::record:
        csv_record(row[i]);
        break;
      default:
        csv_value(row[i]);
    }
  }
  piece_ += request_.csv_output.record_delimiter;
}

}  // namespace millrace::sql::select
