#include "table/text_fields.hpp"

#include "base/text.hpp"

namespace millrace::table {
namespace {

// The field that `rest` begins with, which leaves `rest` up to its comma; `rest` begins with a
// quote.
std::optional<std::string> take_quoted(std::string_view& rest) {
  std::string field;
  std::size_t at = 1;
  for (;; ++at) {
    if (at == rest.size()) return {};
    if (rest[at] == '"' && !(at + 1 < rest.size() && rest[at + 1] == '"')) break;
    if (rest[at] == '"') ++at;
    field += rest[at];
  }
  const std::string_view behind = rest.substr(at + 1);
  const std::size_t comma = behind.find(',');
  if (!base::trim(behind.substr(0, comma)).empty()) return {};
  rest = comma == std::string_view::npos ? std::string_view() : behind.substr(comma);
  return field;
}

std::string take_plain(std::string_view& rest) {
  const std::size_t comma = rest.find(',');
  std::string field(base::trim(rest.substr(0, comma)));
  rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma);
  return field;
}

}  // namespace

std::optional<std::vector<std::string>> parse_fields(std::string_view line) {
  std::vector<std::string> fields;
  while (true) {
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin != std::string_view::npos && line[begin] == '"') {
      line.remove_prefix(begin);
      auto field = take_quoted(line);
      if (!field) return {};
      fields.push_back(std::move(*field));
    } else {
      fields.push_back(take_plain(line));
    }
    if (line.empty()) return fields;
    line.remove_prefix(1);
  }
}

}  // namespace millrace::table
