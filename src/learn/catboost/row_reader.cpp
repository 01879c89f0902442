#include "learn/catboost/row_reader.hpp"

#include "learn/catboost/categories.hpp"
#include "table/number.hpp"

namespace millrace::learn::catboost {
namespace {

[[noreturn]] void refuse_width(std::size_t expected, std::size_t found) {
  throw PredictionError("the model has " + std::to_string(expected) + " features, the rows have " +
                        std::to_string(found));
}

}  // namespace

void check_rows(const table::Matrix& rows, std::size_t columns) {
  if (rows.sparse) throw PredictionError("rows must not be sparse");
  if (rows.columns != columns) refuse_width(columns, rows.columns);
}

RowReader::RowReader(const StoredModel& stored) : categorical_(stored.columns) {
  for (const std::size_t column : stored.categorical) categorical_[column] = true;
}

void RowReader::append(const std::vector<std::string>& fields, table::Matrix& rows) const {
  if (fields.size() != categorical_.size()) refuse_width(categorical_.size(), fields.size());
  for (std::size_t column = 0; column < fields.size(); ++column)
    rows.values.push_back(read(fields[column], column));
  rows.columns = fields.size();
  ++rows.rows;
}

float RowReader::read(const std::string& field, std::size_t column) const {
  const auto refuse = [&](std::string_view why) -> PredictionError {
    return PredictionError("column " + std::to_string(column + 1) + ": '" + field + "' " +
                           std::string(why));
  };
  if (categorical_[column]) {
    if (const auto number = category_number(field)) return *number;
    throw refuse(no_category);
  }
  float number = 0;
  if (!table::read_field(field, number)) throw refuse("is not a number");
  return number;
}

}  // namespace millrace::learn::catboost
