#include "learn/lightgbm/fitting_rows.hpp"

#include "learn/model.hpp"
#include "learn/records.hpp"

#include <string>

namespace millrace::learn::lightgbm {

// In the library's words.
FittingRows::FittingRows(const table::Matrix& given, std::size_t features) : given_(&given) {
  if (given.columns != features)
    throw PredictionError("The number of features in data (" + std::to_string(given.columns) +
                          ") is not the same as it was in training data (" +
                          std::to_string(features) + ").");
  if (!given.sparse) return;
  dense_ = given;
  make_dense(dense_, features);
}

}  // namespace millrace::learn::lightgbm
