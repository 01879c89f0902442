#include "learn/factorization_machines/measures.hpp"

#include <algorithm>
#include <cmath>

namespace millrace::learn::factorization_machines {

void Measures::add(std::span<const float> raw_scores, std::span<const float> labels) {
  rows_ += labels.size();
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto raw = static_cast<double>(raw_scores[i]);
    if (predictor_ == Predictor::regressor)
      add_regression(raw, static_cast<double>(labels[i]));
    else
      add_classification(raw, labels[i] == 1);
  }
}

void Measures::add_regression(double raw, double label) {
  squared_error_ += (raw - label) * (raw - label);
  absolute_error_ += std::abs(raw - label);
}

// -log p of the label, where p is 1 / (1 + exp(-raw)) for label 1; in a form that does not
// overflow.
void Measures::add_classification(double raw, bool label) {
  cross_entropy_ += std::log1p(std::exp(-std::abs(raw))) + std::max(raw, 0.0) - (label ? raw : 0);
  const bool predicted = raw >= 0;
  if (predicted == label)
    ++right_;
  else
    ++wrong_;
  if (predicted && label) ++true_positive_;
}

double Measures::loss() const {
  return mean(predictor_ == Predictor::regressor ? squared_error_ : cross_entropy_);
}

// F1 is 2 TP / (2 TP + FP + FN); 0 where there is no positive at all.
std::vector<Measure> Measures::of_classifier() const {
  const auto twice = static_cast<double>(2 * true_positive_);
  const double all = twice + static_cast<double>(wrong_);
  return {{"binary_classification_accuracy", "score", mean(static_cast<double>(right_))},
          {"binary_classification_cross_entropy", "loss", mean(cross_entropy_)},
          {"binary_f_1.000", "score", all > 0 ? twice / all : 0}};
}

std::vector<Measure> Measures::of_training() const {
  if (predictor_ == Predictor::binary_classifier) return of_classifier();
  return {{"rmse", "loss", std::sqrt(mean(squared_error_))},
          {"mse", "loss", mean(squared_error_)},
          {"absolute_loss", "loss", mean(absolute_error_)}};
}

std::vector<Measure> Measures::of_test() const {
  if (predictor_ == Predictor::binary_classifier) return of_classifier();
  return {{"rmse", "loss", std::sqrt(mean(squared_error_))}};
}

}  // namespace millrace::learn::factorization_machines
