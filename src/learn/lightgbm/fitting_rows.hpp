// Rows as a model takes them.
#pragma once

#include "table/matrix.hpp"

#include <cstddef>

namespace millrace::learn::lightgbm {

// The given rows, which must stay, or the same made dense.
class FittingRows {
 public:
  // Throws PredictionError when the rows have not as many columns as the model's features.
  FittingRows(const table::Matrix& given, std::size_t features);

  [[nodiscard]] const table::Matrix& rows() const { return given_->sparse ? dense_ : *given_; }

 private:
  const table::Matrix* given_;
  table::Matrix dense_;
};

}  // namespace millrace::learn::lightgbm
