// How well scores find labelled anomalies.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace millrace::learn::random_cut_forest {

struct Measure {
  std::string_view name;
  double value = 0;
};

// Rows whose score is more than three (population) standard deviations above the mean are taken for
// anomalies. Labels are 0 or 1; what nothing can be divided by is 0.
[[nodiscard]] double accuracy(std::span<const float> scores, std::span<const float> labels);

// Precision, recall and F1 score of the anomalies, then of the ordinary rows.
[[nodiscard]] std::vector<Measure> precision_recall_f1(std::span<const float> scores,
                                                       std::span<const float> labels);

}  // namespace millrace::learn::random_cut_forest
