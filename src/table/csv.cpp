#include "table/csv.hpp"

#include "base/text.hpp"
#include "table/lines.hpp"
#include "table/number.hpp"
#include "table/text_fields.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace millrace::table {
namespace {

struct Layout {
  char delimiter = ',';
  std::size_t fields = 0;
  std::size_t leading = 0;  // label and weight
  bool label = false;
  bool weight = false;
};

char find_delimiter(std::string_view line) {
  for (const char candidate : {',', ';', '\t', '|', ' '}) {
    if (line.find(candidate) != std::string_view::npos) return candidate;
  }
  return ',';
}

Layout layout_of(std::string_view line, const CsvOptions& options) {
  Layout layout{.label = options.label, .weight = options.weight};
  layout.delimiter = find_delimiter(base::trim(line));
  layout.fields = static_cast<std::size_t>(std::ranges::count(line, layout.delimiter)) + 1;
  layout.leading = (options.label ? 1U : 0U) + (options.weight ? 1U : 0U);
  return layout;
}

std::string shown(std::string_view field) {
  constexpr std::size_t length = 40;
  return "'" + base::printable(field.substr(0, length)) + (field.size() > length ? "...'" : "'");
}

void check_length(const Layout& layout, std::size_t fields, std::size_t line) {
  if (fields == layout.fields) return;
  throw LineError{line, "expected " + std::to_string(layout.fields) + " columns, found " +
                            std::to_string(fields)};
}

// The field at the beginning of `line`, which leaves it, with blanks around it or nothing in it.
float parse_field(const char*& at, const char* end, const Layout& layout, std::size_t number,
                  std::size_t before) {
  const std::string_view line(at, static_cast<std::size_t>(end - at));
  const std::string_view field = line.substr(0, line.find(layout.delimiter));
  float value = 0;
  if (!read_field(field, value)) {
    throw LineError{number, "column " + std::to_string(before + 1) + ": " +
                                shown(base::trim(field)) + " is not a number"};
  }
  at += field.size();
  return value;
}

// Fields of one line into the end of `values`; returns how many there were, of which no more than
// the layout has are kept.
std::size_t parse_fields(std::string_view line, const Layout& layout, std::size_t number,
                         std::vector<float>& values) {
  const std::size_t begin = values.size();
  values.resize(begin + layout.fields);
  float* const row = values.data() + begin;
  const char* at = line.data();
  const char* const end = at + line.size();
  for (std::size_t fields = 0;; ++at) {
    const char* after = at;
    float value = 0;
    if (read_number(after, end, value) && (after == end || *after == layout.delimiter))
      at = after;
    else
      value = parse_field(at, end, layout, number, fields);
    if (fields < layout.fields) row[fields] = value;
    ++fields;
    if (at == end) return fields;
  }
}

// A row as most are, numbers between delimiters and nothing else, into `row`; `at` moves behind its
// newline. False says nothing yet, and leaves `at`.
bool read_plain_row(const char*& at, const char* end, const Layout& layout, float* row) {
  const char* here = at;
  const std::size_t last = layout.fields - 1;
  for (std::size_t field = 0; field < last; ++field) {
    if (!read_number(here, end, row[field])) {
      if (here == end || *here != layout.delimiter) return false;
      row[field] = missing;
    }
    if (here == end || *here != layout.delimiter) return false;
    ++here;
  }
  if (!read_number(here, end, row[last])) return false;
  if (here != end && *here == '\r') ++here;
  if (here != end && *here != '\n') return false;
  at = here == end ? end : here + 1;
  return true;
}

// Of any row; false where the line is blank.
bool read_row(std::string_view& text, const Layout& layout, std::size_t number,
              std::vector<float>& values) {
  const std::string_view line = next_line(text);
  if (base::trim(line).empty() && layout.fields > 1) return false;
  check_length(layout, parse_fields(line, layout, number, values), number);
  return true;
}

// Label and weight stand before the features of the row that was just parsed, and leave them.
void take_leading(Dataset& rows, const Layout& layout, std::size_t begin) {
  std::vector<float>& values = rows.features.values;
  std::size_t at = begin;
  if (layout.label) rows.labels.push_back(values[at++]);
  if (layout.weight) rows.weights.push_back(values[at++]);
  values.erase(values.begin() + static_cast<std::ptrdiff_t>(begin),
               values.begin() + static_cast<std::ptrdiff_t>(at));
}

void parse_rows(std::string_view text, const Layout& layout, Dataset& rows) {
  std::vector<float>& values = rows.features.values;
  rows.features.columns = layout.fields - layout.leading;
  for (std::size_t number = 0; !text.empty(); ++number) {
    const std::size_t begin = values.size();
    values.resize(begin + layout.fields);
    const char* at = text.data();
    if (read_plain_row(at, at + text.size(), layout, values.data() + begin)) {
      text.remove_prefix(static_cast<std::size_t>(at - text.data()));
    } else {
      values.resize(begin);
      if (!read_row(text, layout, number, values)) continue;
    }
    if (layout.leading > 0) take_leading(rows, layout, begin);
    ++rows.features.rows;
  }
}

std::vector<std::string> text_fields(std::string_view line, std::size_t number) {
  auto fields = table::parse_fields(line);
  if (!fields) throw LineError{number, "a double quote is not closed"};
  return std::move(*fields);
}

float parse_text_field(const std::string& field, const TextColumns& texts, std::size_t column,
                       std::size_t number) {
  const auto wrong = [&](std::string_view why) {
    return LineError{number, "column " + std::to_string(column + 1) + ": " + shown(field) + " " +
                                 std::string(why)};
  };
  if (std::ranges::binary_search(texts.columns, column)) {
    if (const auto value = texts.number(field)) return *value;
    throw wrong(texts.why);
  }
  float value = 0;
  if (!read_field(field, value)) throw wrong("is not a number");
  return value;
}

// As `parse_rows`, where columns are texts.
void parse_text_rows(std::string_view text, const Layout& layout, const TextColumns& texts,
                     Dataset& rows) {
  std::vector<float>& values = rows.features.values;
  rows.features.columns = layout.fields - layout.leading;
  for (std::size_t number = 0; !text.empty(); ++number) {
    const std::string_view line = next_line(text);
    if (base::trim(line).empty()) continue;
    const std::vector<std::string> fields = text_fields(line, number);
    check_length(layout, fields.size(), number);
    const std::size_t begin = values.size();
    for (std::size_t column = 0; column < fields.size(); ++column)
      values.push_back(parse_text_field(fields[column], texts, column, number));
    if (layout.leading > 0) take_leading(rows, layout, begin);
    ++rows.features.rows;
  }
}

Layout layout_of_file(const std::string& first, const CsvOptions& options) {
  Layout layout = layout_of(first, options);
  if (!options.texts) return layout;
  if (const auto fields = table::parse_fields(first)) layout.fields = fields->size();
  return layout;
}

void check_label(const std::vector<float>& labels) {
  if (std::ranges::any_of(labels, [](float label) { return label != label; })) {
    throw DataError("Label contains NaN: the first column must hold a number on every line");
  }
}

}  // namespace

Dataset read_csv(std::span<const Input> inputs, const CsvOptions& options) {
  const auto filled =
      std::ranges::find_if(inputs, [](const Input& input) { return !first_line(input).empty(); });
  if (filled == inputs.end()) return {};
  const Layout layout = layout_of_file(first_line(*filled), options);
  if (layout.fields <= layout.leading) {
    throw DataError(filled->name + ", line 1: there are no features beside the label");
  }
  Dataset all = parse_lines(inputs, options.threads, [&](std::string_view text, Dataset& rows) {
    if (options.texts)
      parse_text_rows(text, layout, *options.texts, rows);
    else
      parse_rows(text, layout, rows);
  });
  check_label(all.labels);
  return all;
}

Matrix parse_csv(std::string_view text) {
  std::string_view rest = text;
  const Layout layout = layout_of(next_line(rest), {.label = false});
  Dataset rows;
  try {
    parse_rows(text, layout, rows);
    return std::move(rows.features);
  } catch (const LineError& error) {
    throw DataError("line " + std::to_string(error.line + 1) + ": " + error.message);
  }
}

}  // namespace millrace::table
