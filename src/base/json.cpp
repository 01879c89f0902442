// Reading by simdjson, which checks encoding and depth; writing by hand.
#include "base/json.hpp"

#include "base/encoding.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace millrace::base {

namespace {

namespace dom = simdjson::dom;

Value from_element(dom::element element);

List from_array(dom::array array) {
  List list;
  list.reserve(array.size());
  for (const dom::element item : array) list.push_back(from_element(item));
  return list;
}

Map from_object(dom::object object) {
  std::vector<Map::Entry> entries;
  entries.reserve(object.size());
  for (const auto [name, item] : object) {
    entries.emplace_back(std::string(name), from_element(item));
  }
  return Map(std::move(entries));
}

// Depth is bounded by the parser's limit.
Value from_element(dom::element element) {
  switch (element.type()) {
    case dom::element_type::NULL_VALUE:
      return {};
    case dom::element_type::BOOL:
      return bool(element);
    case dom::element_type::INT64:
      return std::int64_t(element);
    case dom::element_type::UINT64:  // beyond int64
      return static_cast<double>(std::uint64_t(element));
    case dom::element_type::DOUBLE:
      return double(element);
    case dom::element_type::STRING:
      return std::string_view(element);
    case dom::element_type::ARRAY:
      return from_array(element);
    case dom::element_type::OBJECT:
      return from_object(element);
  }
  return {};
}

void write(std::string& out, const Value& value);

void write_list(std::string& out, const List& list) {
  out += '[';
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i > 0) out += ',';
    write(out, list[i]);
  }
  out += ']';
}

void write_map(std::string& out, const Map& map) {
  out += '{';
  bool is_first = true;
  for (const auto& [name, value] : map) {
    if (!is_first) out += ',';
    is_first = false;
    write_json_text(out, name);
    out += ':';
    write(out, value);
  }
  out += '}';
}

void write_integer(std::string& out, std::int64_t number) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

// Epoch seconds with the milliseconds as a fraction where there are any.
void write_time(std::string& out, Timestamp time) {
  const std::int64_t milliseconds = time.time_since_epoch().count();
  if (milliseconds % 1000 == 0) {
    write_integer(out, milliseconds / 1000);
  } else {
    write_json_number(out, epoch_seconds(time));
  }
}

void write(std::string& out, const Value& value) {
  if (value.is_null()) {
    out += "null";
  } else if (value.is_flag()) {
    out += value.flag() ? "true" : "false";
  } else if (value.is_integer()) {
    write_integer(out, value.integer());
  } else if (value.is_number()) {
    write_json_number(out, value.number());
  } else if (value.is_text()) {
    write_json_text(out, value.text());
  } else if (value.is_time()) {
    write_time(out, value.time());
  } else if (value.is_blob()) {
    write_json_text(out, base64(value.blob().bytes));
  } else if (value.is_list()) {
    write_list(out, value.list());
  } else {
    write_map(out, value.map());
  }
}

void write_escape(std::string& out, char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  constexpr std::string_view escaped = "\"\\\b\f\n\r\t";
  constexpr std::string_view letters = "\"\\bfnrt";
  const std::size_t known = escaped.find(c);
  out += '\\';
  if (known != std::string_view::npos) {
    out += letters[known];
  } else {
    out += "u00";
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
}

// The parser has room for `room` bytes, at least for the text's.
Value parse_with(dom::parser& parser, std::string_view text, std::size_t room) {
  dom::element root;
  auto error = simdjson::SUCCESS;
  if (parser.capacity() < text.size() || parser.max_depth() != json_depth_limit)
    error = parser.allocate(std::max(room, text.size()), json_depth_limit);
  if (!error) error = parser.parse(text.data(), text.size()).get(root);
  if (error) throw JsonError(simdjson::error_message(error));
  return from_element(root);
}

}  // namespace

// A parser's buffers cost more to make than a small document to parse, so each thread keeps small
// ones.
Value parse_json(std::string_view text) {
  constexpr std::size_t kept_bytes = 4096;
  thread_local dom::parser kept;
  if (text.size() <= kept_bytes) return parse_with(kept, text, kept_bytes);
  dom::parser parser;
  return parse_with(parser, text, text.size());
}

std::string write_json(const Value& value) {
  std::string out;
  write(out, value);
  return out;
}

void write_json_text(std::string& out, std::string_view text) {
  out += '"';
  std::size_t done = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, done, i - done);
    write_escape(out, c);
    done = i + 1;
  }
  out.append(text, done);
  out += '"';
}

void write_json_number(std::string& out, double number) {
  if (std::isnan(number)) {
    out += "\"NaN\"";
    return;
  }
  if (std::isinf(number)) {
    out += number > 0 ? "\"Infinity\"" : "\"-Infinity\"";
    return;
  }
  std::array<char, 40> digits{};
  const double size = std::fabs(number);
  // Plain decimals where people expect them; the shorter form alone would write 100000 as 1e+05.
  const bool is_plain = size == 0 || (size >= 1e-5 && size < 1e15);
  const auto format = is_plain ? std::chars_format::fixed : std::chars_format::scientific;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, format).ptr;
  const std::string_view written(digits.data(), static_cast<std::size_t>(end - digits.data()));
  out += written;
  // Keeps it a double when it is read back.
  if (written.find_first_of(".e") == std::string_view::npos) out += ".0";
}

}  // namespace millrace::base
