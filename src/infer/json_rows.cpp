#include "infer/json_rows.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <string>

namespace millrace::infer {
namespace {

using base::Value;
using table::DataError;
using table::Matrix;

Value parse(std::string_view text) {
  try {
    return base::parse_json(text);
  } catch (const base::JsonError& error) {
    throw DataError(error.what());
  }
}

float number_of(const Value& value) {
  if (value.is_null()) return table::missing;
  if (!value.is_number()) throw DataError("a feature is no number");
  return static_cast<float>(value.number());
}

const base::List& list_of(const Value& map, std::string_view name) {
  const Value* found = map.find(name);
  if (!found || !found->is_list()) throw DataError("there is no list '" + std::string(name) + "'");
  return found->list();
}

// {"features": ...}, {"data": {"features": ...}}
const Value& features_of(const Value& instance) {
  const Value* holder = instance.find("data");
  const Value* features = (holder ? holder : &instance)->find("features");
  if (!features) throw DataError("there are no 'features'");
  return *features;
}

std::size_t key_of(const Value& key, std::size_t width) {
  if (!key.is_integer() || key.integer() < 0 ||
      static_cast<std::uint64_t>(key.integer()) >= width) {
    throw DataError("a key is outside of the shape");
  }
  return static_cast<std::size_t>(key.integer());
}

std::size_t width_of(const Value& sparse) {
  const base::List& shape = list_of(sparse, "shape");
  if (shape.empty() || !shape.back().is_integer() || shape.back().integer() < 1 ||
      shape.back().integer() > static_cast<std::int64_t>(table::column_limit)) {
    throw DataError("'shape' does not end with a number of features");
  }
  return static_cast<std::size_t>(shape.back().integer());
}

// An instance: all its numbers, or those with a key.
struct Row {
  bool sparse = false;
  std::size_t width = 0;
  std::vector<std::uint32_t> keys;
  std::vector<float> values;
};

std::vector<float> numbers_of(const base::List& list) {
  std::vector<float> numbers;
  numbers.reserve(list.size());
  std::ranges::transform(list, std::back_inserter(numbers), number_of);
  return numbers;
}

Row sparse_row(const Value& features) {
  Row row{.sparse = true,
          .width = width_of(features),
          .values = numbers_of(list_of(features, "values"))};
  for (const Value& key : list_of(features, "keys"))
    row.keys.push_back(static_cast<std::uint32_t>(key_of(key, row.width)));
  if (row.keys.size() != row.values.size()) throw DataError("'keys' and 'values' differ in length");
  std::vector<std::uint32_t> sorted = row.keys;
  std::ranges::sort(sorted);
  if (std::ranges::adjacent_find(sorted) != sorted.end()) throw DataError("a key occurs twice");
  return row;
}

Row row_of(const Value& instance) {
  const Value& features = features_of(instance);
  if (features.is_map() && features.find("keys")) return sparse_row(features);
  if (!features.is_map() && !features.is_list()) throw DataError("'features' is no list");
  const base::List& list = features.is_map() ? list_of(features, "values") : features.list();
  return {.width = list.size(), .values = numbers_of(list)};
}

using Fields = std::vector<std::string>;

Fields fields_of(const Value& instance) {
  const Value& features = features_of(instance);
  if (!features.is_map() && !features.is_list()) throw DataError("'features' is no list");
  Fields fields;
  for (const Value& value : features.is_map() ? list_of(features, "values") : features.list()) {
    if (!value.is_text()) throw DataError("a feature is no text");
    fields.push_back(value.text());
  }
  return fields;
}

void add(std::vector<Fields>& rows, const Value& instance) {
  try {
    rows.push_back(fields_of(instance));
  } catch (const DataError& error) {
    throw DataError("instance " + std::to_string(rows.size() + 1) + ": " + error.what());
  }
}

void add_entries(Matrix& rows, const Row& row) {
  for (std::size_t i = 0; i < row.values.size(); ++i)
    rows.indices.push_back(row.sparse ? row.keys[i] : static_cast<std::uint32_t>(i));
}

// What was dense so far has an entry for every number.
void become_sparse(Matrix& rows) {
  rows.sparse = true;
  rows.offsets.push_back(0);
  for (std::size_t row = 0; row < rows.rows; ++row) {
    for (std::size_t i = 0; i < rows.columns; ++i)
      rows.indices.push_back(static_cast<std::uint32_t>(i));
    rows.offsets.push_back(rows.indices.size());
  }
}

void add(Matrix& rows, const Row& row) {
  if (rows.rows > 0 && row.width != rows.columns) {
    throw DataError("expected " + std::to_string(rows.columns) + " features, found " +
                    std::to_string(row.width));
  }
  rows.columns = row.width;
  if (row.sparse && !rows.sparse) become_sparse(rows);
  if (rows.sparse) add_entries(rows, row);
  rows.values.insert(rows.values.end(), row.values.begin(), row.values.end());
  if (rows.sparse) rows.offsets.push_back(rows.values.size());
  ++rows.rows;
}

void add(Matrix& rows, const Value& instance) {
  try {
    add(rows, row_of(instance));
  } catch (const DataError& error) {
    throw DataError("instance " + std::to_string(rows.rows + 1) + ": " + error.what());
  }
}

}  // namespace

Matrix parse_json_rows(std::string_view text) {
  const Value document = parse(text);
  Matrix rows;
  for (const Value& instance : list_of(document, "instances")) add(rows, instance);
  return rows;
}

Matrix parse_json_lines(std::string_view text) {
  Matrix rows;
  for (const auto line : base::split(text, '\n')) {
    if (!base::trim(line).empty()) add(rows, parse(line));
  }
  return rows;
}

std::vector<Fields> parse_json_fields(std::string_view text) {
  const Value document = parse(text);
  std::vector<Fields> rows;
  for (const Value& instance : list_of(document, "instances")) add(rows, instance);
  return rows;
}

std::vector<Fields> parse_json_line_fields(std::string_view text) {
  std::vector<Fields> rows;
  for (const auto line : base::split(text, '\n')) {
    if (!base::trim(line).empty()) add(rows, parse(line));
  }
  return rows;
}

}  // namespace millrace::infer
