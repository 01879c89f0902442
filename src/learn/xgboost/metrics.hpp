// The metrics that AWS's container adds to the library's own, as scikit-learn defines them,
// unweighted.
#pragma once

#include <span>
#include <string_view>

namespace millrace::learn::xgboost {

[[nodiscard]] bool is_added_metric(std::string_view name);

// Predictions before and behind the objective's transformation, and as many labels as rows.
struct Predictions {
  std::span<const float> labels;
  std::span<const float> margins;  // rows times classes, or rows
  std::span<const float> values;   // rows, for the metrics of regression
};

// Classes are the largest margin, or whether the only margin is above zero. Throws ClientError for
// a binary metric on more than two classes.
[[nodiscard]] double added_metric(std::string_view name, const Predictions& predictions);

}  // namespace millrace::learn::xgboost
