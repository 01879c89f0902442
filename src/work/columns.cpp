#include "work/columns.hpp"

#include "base/cells.hpp"
#include "base/frame.hpp"
#include "base/json.hpp"
#include "table/columnar.hpp"
#include "work/pipes.hpp"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <string>

namespace millrace::work {
namespace {

using base::Map;
using base::Value;
using table::ColumnarFile;
using table::ColumnType;

constexpr std::size_t step = 1024 * 1024;  // bytes of a frame

ColumnType type_of(const std::string& name) {
  if (name == "text") return ColumnType::text;
  if (name == "whole") return ColumnType::whole;
  if (name == "flag") return ColumnType::flag;
  if (name == "time") return ColumnType::time;
  throw std::runtime_error("there is no type '" + name + "'");
}

ColumnarFile file_of(const Value& request) {
  ColumnarFile file;
  if (request.find("format")->text() == "ORC") file.format = ColumnarFile::Format::orc;
  for (const Value& column : request.find("columns")->list()) {
    file.columns.push_back({.name = column.find("name")->text(),
                            .type = type_of(column.find("type")->text()),
                            .required = column.find("required")->flag()});
  }
  return file;
}

// Arrow writes many small pieces.
class Frames {
 public:
  void add(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::size_t part = std::min(bytes.size(), step - pending_.size());
      pending_.append(bytes.substr(0, part));
      bytes.remove_prefix(part);
      if (pending_.size() == step) flush();
    }
  }
  void flush() {
    if (!pending_.empty()) tell('r', pending_);
    pending_.clear();
  }

 private:
  std::string pending_;
};

void answer() {
  StandardInput input;
  const ColumnarFile file = file_of(base::parse_json(read_request(input)));
  base::CellReader cells(input);
  Frames frames;
  const std::uint64_t rows = table::write_columnar(
      file, [&](base::CellRow& row) { return cells.next(row); },
      [&](std::string_view bytes) { frames.add(bytes); });
  frames.flush();
  tell('e', base::write_json(Map{{"rows", rows}}));
}

}  // namespace

int columns() {
  raise_walls();
  try {
    answer();
    return 0;
  } catch (const std::exception& error) {
    tell('x', base::write_json(Map{{"message", error.what()}}));
  }
  return 1;
}

}  // namespace millrace::work
