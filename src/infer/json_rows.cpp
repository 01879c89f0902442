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

std::vector<float> sparse_row(const Value& features, float absent) {
  const base::List& values = list_of(features, "values");
  const base::List& keys = list_of(features, "keys");
  if (keys.size() != values.size()) throw DataError("'keys' and 'values' differ in length");
  std::vector<float> row(width_of(features), absent);
  for (std::size_t i = 0; i < keys.size(); ++i)
    row[key_of(keys[i], row.size())] = number_of(values[i]);
  return row;
}

std::vector<float> row_of(const Value& instance, float absent) {
  const Value& features = features_of(instance);
  if (features.is_map() && features.find("keys")) return sparse_row(features, absent);
  if (!features.is_map() && !features.is_list()) throw DataError("'features' is no list");
  const base::List& list = features.is_map() ? list_of(features, "values") : features.list();
  std::vector<float> row;
  row.reserve(list.size());
  std::ranges::transform(list, std::back_inserter(row), number_of);
  return row;
}

void add(Matrix& rows, const Value& instance, float absent) {
  try {
    const std::vector<float> row = row_of(instance, absent);
    if (rows.rows > 0 && row.size() != rows.columns) {
      throw DataError("expected " + std::to_string(rows.columns) + " features, found " +
                      std::to_string(row.size()));
    }
    rows.columns = row.size();
    rows.values.insert(rows.values.end(), row.begin(), row.end());
    ++rows.rows;
  } catch (const DataError& error) {
    throw DataError("instance " + std::to_string(rows.rows + 1) + ": " + error.what());
  }
}

}  // namespace

Matrix parse_json_rows(std::string_view text, float absent) {
  const Value document = parse(text);
  Matrix rows;
  for (const Value& instance : list_of(document, "instances")) add(rows, instance, absent);
  return rows;
}

Matrix parse_json_lines(std::string_view text, float absent) {
  Matrix rows;
  for (const auto line : base::split(text, '\n')) {
    if (!base::trim(line).empty()) add(rows, parse(line), absent);
  }
  return rows;
}

}  // namespace millrace::infer
