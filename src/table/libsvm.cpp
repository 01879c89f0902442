#include "table/libsvm.hpp"

#include "base/text.hpp"
#include "table/lines.hpp"
#include "table/number.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

namespace millrace::table {
namespace {

enum class Label { required, optional };

std::string_view next_token(std::string_view& rest) {
  const std::size_t begin = rest.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) {
    rest = {};
    return {};
  }
  rest.remove_prefix(begin);
  const std::string_view token = rest.substr(0, rest.find_first_of(" \t\r"));
  rest.remove_prefix(token.size());
  return token;
}

[[noreturn]] void fail(std::string_view token, std::string_view expected, std::size_t line) {
  throw LineError{line, "'" + std::string(token.substr(0, 40)) + "' is not of the form " +
                            std::string(expected)};
}

void add_label(std::string_view token, Dataset& rows, std::size_t line) {
  const std::size_t colon = token.find(':');
  float label = 0;
  float weight = 1;
  if (!read_field(token.substr(0, colon), label)) fail(token, "label[:weight]", line);
  if (colon != std::string_view::npos) {
    if (!read_field(token.substr(colon + 1), weight)) fail(token, "label[:weight]", line);
    rows.weights.resize(rows.features.rows, 1.0F);
    rows.weights.push_back(weight);
  } else if (!rows.weights.empty()) {
    rows.weights.push_back(1.0F);
  }
  rows.labels.push_back(label);
}

template <class Integer>
bool read_integer(std::string_view text, Integer& number) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc() && end == text.data() + text.size();
}

void add_query(std::string_view token, Dataset& rows, std::size_t line) {
  std::uint64_t query = 0;
  if (!read_integer(token.substr(4), query)) fail(token, "qid:group", line);
  if (rows.queries.size() != rows.features.rows)
    throw LineError{line, "only some of the lines have a qid"};
  rows.queries.push_back(query);
}

void add_entry(std::string_view token, Matrix& features, std::size_t line) {
  const std::size_t colon = token.find(':');
  std::uint32_t index = 0;
  float value = 0;
  if (colon == std::string_view::npos || !read_integer(token.substr(0, colon), index) ||
      !read_field(token.substr(colon + 1), value)) {
    fail(token, "index:value", line);
  }
  if (index >= column_limit)
    throw LineError{line, "the index " + std::to_string(index) + " is too large"};
  features.indices.push_back(index);
  features.values.push_back(value);
  features.columns = std::max<std::size_t>(features.columns, index + std::size_t{1});
}

// An entry as most are, `index:value` and a blank or the end behind it; `rest` moves behind it.
// False says nothing yet, and leaves `rest`.
bool add_plain_entry(std::string_view& rest, Matrix& features) {
  const char* const begin = rest.data();
  const char* const end = begin + rest.size();
  std::uint32_t index = 0;
  const auto [colon, failure] = std::from_chars(begin, end, index);
  if (failure != std::errc() || index >= column_limit || colon == end || *colon != ':')
    return false;
  const char* at = colon + 1;
  float value = 0;
  if (!read_number(at, end, value) || (at != end && *at != ' ')) return false;
  features.indices.push_back(index);
  features.values.push_back(value);
  features.columns = std::max<std::size_t>(features.columns, index + std::size_t{1});
  rest.remove_prefix(static_cast<std::size_t>(at - begin));
  return true;
}

bool is_entry(std::string_view token) { return token.find(':') != std::string_view::npos; }

void add_item(std::string_view token, Dataset& rows, std::size_t line) {
  if (token.starts_with("qid:"))
    add_query(token, rows, line);
  else
    add_entry(token, rows.features, line);
}

void add_row(std::string_view text, Label label, Dataset& rows, std::size_t line) {
  std::string_view rest = text;
  std::string_view token = next_token(rest);
  if (label == Label::required) add_label(token, rows, line);
  if (label == Label::optional && is_entry(token)) add_item(token, rows, line);
  while (!rest.empty()) {
    if (rest.front() == ' ') rest.remove_prefix(1);
    if (add_plain_entry(rest, rows.features)) continue;
    token = next_token(rest);
    if (!token.empty()) add_item(token, rows, line);
  }
  ++rows.features.rows;
  rows.features.offsets.push_back(rows.features.values.size());
  if (!rows.queries.empty() && rows.queries.size() != rows.features.rows) {
    throw LineError{line, "only some of the lines have a qid"};
  }
}

void parse_rows(std::string_view text, Label label, Dataset& rows) {
  rows.features.sparse = true;
  rows.features.offsets.push_back(0);
  for (std::size_t number = 0; !text.empty(); ++number) {
    std::string_view line = next_line(text);
    line = line.substr(0, line.find('#'));
    if (!base::trim(line).empty()) add_row(line, label, rows, number);
  }
}

}  // namespace

Dataset read_libsvm(std::span<const Input> inputs, int threads) {
  Dataset all = parse_lines(inputs, threads, [](std::string_view text, Dataset& rows) {
    parse_rows(text, Label::required, rows);
  });
  if (!all.queries.empty() && all.queries.size() != all.features.rows) {
    throw DataError("only some of the lines have a qid");
  }
  return all;
}

Matrix parse_libsvm(std::string_view text) {
  Dataset rows;
  try {
    parse_rows(text, Label::optional, rows);
    return std::move(rows.features);
  } catch (const LineError& error) {
    throw DataError("line " + std::to_string(error.line + 1) + ": " + error.message);
  }
}

}  // namespace millrace::table
