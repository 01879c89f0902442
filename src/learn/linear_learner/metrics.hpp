// What is measured of a trained model, under AWS's names.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace millrace::learn::linear_learner {

struct Measure {
  std::string name;
  double value = 0;
  bool is_loss = false;  // else a score
};

[[nodiscard]] std::vector<Measure> measure_regression(std::span<const float> scores,
                                                      std::span<const float> labels);

[[nodiscard]] std::vector<Measure> measure_binary(std::span<const float> scores,
                                                  std::span<const float> labels, float threshold,
                                                  double beta);

struct MulticlassOptions {
  std::size_t classes = 0;
  std::size_t top_k = 3;
  double beta = 1;
};

// `scores` has a number for each row and class.
[[nodiscard]] std::vector<Measure> measure_multiclass(std::span<const float> scores,
                                                      std::span<const float> labels,
                                                      const MulticlassOptions& options);

// The part of pairs of a positive and a negative in which the positive has the higher score, equal
// ones counting half; 0.5 where there is only one label.
[[nodiscard]] double area_under_roc(std::span<const float> scores, std::span<const float> labels);

// 1.000, as in binary_f_1.000
[[nodiscard]] std::string fixed_text(double value);

}  // namespace millrace::learn::linear_learner
