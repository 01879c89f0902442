#include "learn/linear_learner/objective.hpp"

#include <algorithm>
#include <cmath>

namespace millrace::learn::linear_learner {
namespace {

float probability(float score) {
  return static_cast<float>(1 / (1 + std::exp(-static_cast<double>(score))));
}

void make_shares(std::span<float> scores) {
  const float largest = *std::ranges::max_element(scores);
  double total = 0;
  for (float& score : scores) {
    score = std::exp(score - largest);
    total += static_cast<double>(score);
  }
  for (float& score : scores) score = static_cast<float>(static_cast<double>(score) / total);
}

}  // namespace

std::string_view objective_name(LinearLossKind kind) {
  using enum LinearLossKind;
  switch (kind) {
    case squared:
      return "mse_objective";
    case absolute:
      return "absolute_loss_objective";
    case insensitive_squared:
      return "eps_insensitive_squared_loss_objective";
    case insensitive_absolute:
      return "eps_insensitive_absolute_loss_objective";
    case quantile:
      return "quantile_loss_objective";
    case huber:
      return "huber_loss_objective";
    case logistic:
      return "binary_classification_cross_entropy_objective";
    case hinge:
      return "hinge_loss_objective";
    case softmax:
      break;
  }
  return "multiclass_cross_entropy_objective";
}

double in_units_of_label(LinearLossKind kind, double loss, double label_factor) {
  using enum LinearLossKind;
  switch (kind) {
    case squared:
    case insensitive_squared:
    case huber:
      return loss / (label_factor * label_factor);
    case absolute:
    case insensitive_absolute:
    case quantile:
      return loss / label_factor;
    case logistic:
    case hinge:
    case softmax:
      break;
  }
  return loss;
}

void make_answers(LinearLossKind kind, std::span<float> scores_of_a_row) {
  if (kind == LinearLossKind::logistic) scores_of_a_row[0] = probability(scores_of_a_row[0]);
  if (kind == LinearLossKind::softmax) make_shares(scores_of_a_row);
}

float usual_threshold(LinearLossKind kind) { return kind == LinearLossKind::logistic ? 0.5F : 0; }

}  // namespace millrace::learn::linear_learner
