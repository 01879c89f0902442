// How good predictions are, under AWS's names.
#pragma once

#include "learn/factorization_machines/machine.hpp"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace millrace::learn::factorization_machines {

struct Measure {
  std::string_view name;  // "rmse"
  std::string_view kind;  // "loss" or "score": the less, or the more the better
  double value;
};

// Sums over rows that are added as they come.
class Measures {
 public:
  explicit Measures(Predictor predictor) : predictor_(predictor) {}

  void add(std::span<const float> raw_scores, std::span<const float> labels);

  // What the log says of training rows, and of test rows.
  [[nodiscard]] std::vector<Measure> of_training() const;
  [[nodiscard]] std::vector<Measure> of_test() const;
  // The mean loss: squared error, or cross entropy.
  [[nodiscard]] double loss() const;

 private:
  void add_regression(double raw, double label);
  void add_classification(double raw, bool label);
  [[nodiscard]] double mean(double sum) const { return sum / static_cast<double>(rows_); }
  [[nodiscard]] std::vector<Measure> of_classifier() const;

  Predictor predictor_;
  std::size_t rows_ = 0;
  double squared_error_ = 0;
  double absolute_error_ = 0;
  double cross_entropy_ = 0;
  std::size_t right_ = 0;
  std::size_t true_positive_ = 0;
  std::size_t wrong_ = 0;
};

}  // namespace millrace::learn::factorization_machines
