// A trained linear model: scores for rows, and for classifiers the label that they mean.
#pragma once

#include "learn/linear_learner/settings.hpp"
#include "learn/model.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <vector>

namespace millrace::learn::linear_learner {

// For rows as they come: score = weights * row + bias.
struct LinearModel {
  Predictor predictor = Predictor::regressor;
  LinearLossKind loss = LinearLossKind::squared;
  std::size_t columns = 0;
  std::vector<float> weights;  // outputs times columns
  std::vector<float> biases;   // one for each output
  float threshold = 0;         // of a binary classifier's score
};

// Arrays arg:fc0_weight and arg:fc0_bias as in AWS's model, and one with what else is to be known;
// throws AlgorithmError.
void save_model(const std::filesystem::path& folder, const LinearModel& model);

// Throws ModelError.
[[nodiscard]] std::unique_ptr<Model> load_model(const std::filesystem::path& folder);

}  // namespace millrace::learn::linear_learner
