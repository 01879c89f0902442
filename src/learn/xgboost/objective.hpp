// What an objective does to the sum of the trees, in XGBoost's own order of single-precision
// operations.
#pragma once

#include <span>
#include <string_view>

namespace millrace::learn::xgboost {

// From a stored base score to where the sum begins; and from a row's sums to its prediction, in
// place.
struct Objective {
  std::string_view name;
  float (*link)(float base_score);
  void (*transform)(std::span<float> row);
  bool picks_class = false;  // the prediction is one number, the class
};

// Null when the name is not known.
[[nodiscard]] const Objective* find_objective(std::string_view name);

}  // namespace millrace::learn::xgboost
