// What is minimised: its name in the log, its scale, and what a row's scores become in answers.
#pragma once

#include "learn/linear_learner/settings.hpp"

#include <span>
#include <string_view>

namespace millrace::learn::linear_learner {

// "mse_objective"
[[nodiscard]] std::string_view objective_name(LinearLossKind kind);

// How a loss grows with the unit of the label: as its square, as it does, or not at all.
[[nodiscard]] double in_units_of_label(LinearLossKind kind, double loss, double label_factor);

// Probabilities in place of what logistic and softmax give; other scores stay.
void make_answers(LinearLossKind kind, std::span<float> scores_of_a_row);

// From which answer on a row has label 1, unless a threshold is chosen.
[[nodiscard]] float usual_threshold(LinearLossKind kind);

}  // namespace millrace::learn::linear_learner
