#include "reports/rows.hpp"

#include "base/cells.hpp"
#include "base/encoding.hpp"
#include "base/gzip.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "process/piped_child.hpp"

#include <chrono>
#include <stdexcept>

namespace millrace::reports {

namespace {

using base::List;
using base::Map;
using base::Value;

constexpr std::chrono::minutes patience(5);  // with a child that says nothing

// What rows become, as bytes.
class RowReader final : public base::Reader {
 public:
  using Encode = void (*)(std::string& out, const Row& row);
  RowReader(NextRow next, Encode encode) : next_(std::move(next)), encode_(encode) {}

  std::size_t read(char* out, std::size_t size) override {
    while (pending_.size() - at_ < size && !has_ended_) add_row();
    const std::size_t got = pending_.copy(out, size, at_);
    at_ += got;
    if (at_ == pending_.size()) {
      pending_.clear();
      at_ = 0;
    }
    return got;
  }

 private:
  void add_row() {
    if (const auto row = next_()) {
      encode_(pending_, *row);
    } else {
      has_ended_ = true;
    }
  }

  NextRow next_;
  Encode encode_;
  std::string pending_;
  std::size_t at_ = 0;
  bool has_ended_ = false;
};

std::string csv_text(const Value& value) {
  if (value.is_null()) return {};
  if (value.is_flag()) return value.flag() ? "true" : "false";
  if (value.is_time()) return base::iso8601_milliseconds(value.time());
  if (value.is_integer()) return std::to_string(value.integer());
  return value.text();
}

std::optional<std::string> cell_text(const Value& value) {
  if (value.is_null()) return std::nullopt;
  if (value.is_time()) return std::to_string(value.time().time_since_epoch().count());
  return csv_text(value);
}

void add_cells(std::string& out, const Row& row) {
  for (const Value& value : row) base::add_cell(out, cell_text(value));
}

class PackedCsv final : public base::Reader {
 public:
  explicit PackedCsv(NextRow next) : rows_(std::move(next), add_csv), packed_(rows_) {}
  std::size_t read(char* out, std::size_t size) override { return packed_.read(out, size); }

 private:
  RowReader rows_;
  base::Gzip packed_;
};

// What the child writes.
class Columns final : public base::Reader {
 public:
  Columns(const ColumnsWork& work, const Value& request, NextRow next)
      : child_({.program = work.program, .arguments = {"columns"}, .folder = work.folder},
               base::write_frame('q', base::write_json(request)),
               std::make_unique<RowReader>(std::move(next), add_cells)) {}

  std::size_t read(char* out, std::size_t size) override {
    while (at_ == bytes_.size() && !is_finished_) refill();
    const std::size_t got = bytes_.copy(out, size, at_);
    at_ += got;
    return got;
  }

 private:
  void refill() {
    auto frame = child_.next(patience);
    if (!frame) throw std::runtime_error("the child that writes columns is gone");
    if (frame->kind == 'x') throw std::runtime_error(frame->bytes);
    is_finished_ = frame->kind == 'e';
    bytes_ = is_finished_ ? std::string() : std::move(frame->bytes);
    at_ = 0;
  }

  process::PipedChild child_;
  std::string bytes_;
  std::size_t at_ = 0;
  bool is_finished_ = false;
};

std::string_view type_name(CellType type) {
  switch (type) {
    case CellType::whole:
      return "whole";
    case CellType::flag:
      return "flag";
    case CellType::time:
      return "time";
    case CellType::text:
      break;
  }
  return "text";
}

Value columns_request(std::string_view format, const std::vector<const Field*>& fields) {
  List columns;
  for (const Field* field : fields) {
    columns.push_back(Map{
        {"name", field->column}, {"type", type_name(field->type)}, {"required", field->required}});
  }
  return Map{{"format", format}, {"columns", std::move(columns)}};
}

// The key is the second column of each list.
NextRow with_encoded_keys(NextRow next) {
  return [next = std::move(next)]() -> std::optional<Row> {
    auto row = next();
    if (row) row->at(1) = base::percent_encode(row->at(1).text(), true);
    return row;
  };
}

}  // namespace

void add_csv(std::string& out, const Row& row) {
  const char* separator = "";
  for (const Value& value : row) {
    out.append(separator).append("\"");
    out.append(base::replace_all(csv_text(value), "\"", "\"\"")).append("\"");
    separator = ",";
  }
  out += '\n';
}

std::unique_ptr<base::Reader> file_of(std::string_view format,
                                      const std::vector<const Field*>& fields, NextRow next,
                                      const ColumnsWork& work) {
  if (format == "CSV") return std::make_unique<PackedCsv>(with_encoded_keys(std::move(next)));
  return std::make_unique<Columns>(work, columns_request(format, fields), std::move(next));
}

}  // namespace millrace::reports
