// Rows that a model is asked about: whether they fit it, and how their categories are read.
#pragma once

#include "learn/catboost/stored_model.hpp"
#include "learn/model.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace millrace::learn::catboost {

// Throws PredictionError where rows are sparse or have not as many columns.
void check_rows(const table::Matrix& rows, std::size_t columns);

// Rows whose columns are numbers and categories.
class RowReader final : public FieldReader {
 public:
  explicit RowReader(const StoredModel& stored);

  void append(const std::vector<std::string>& fields, table::Matrix& rows) const override;

 private:
  [[nodiscard]] float read(const std::string& field, std::size_t column) const;

  std::vector<bool> categorical_;
};

}  // namespace millrace::learn::catboost
