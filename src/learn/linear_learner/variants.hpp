// The models that are trained side by side: one with the given parameters, the rest with close
// ones.
#pragma once

#include "learn/linear_learner/settings.hpp"

#include <cstddef>
#include <vector>

namespace millrace::learn::linear_learner {

struct Variant {
  double learning_rate = 0;
  double weight_decay = 0;
  double l1 = 0;
  double positive_weight = 1;

  friend bool operator==(const Variant&, const Variant&) = default;
};

// What the training data says about close parameters.
struct Situation {
  std::size_t rows = 0;
  double balance = 1;      // the weight of label 1 that makes both classes weigh the same
  bool validated = false;  // else only the training data compares them, which always favours the
                           // least regularised
};

[[nodiscard]] std::vector<Variant> variants_of(const Settings& settings, std::size_t models,
                                               const Situation& situation);

// How many models there are where the hyperparameter says auto: 32, fewer where they are huge.
[[nodiscard]] std::size_t usual_models(std::size_t weights_of_a_model);

}  // namespace millrace::learn::linear_learner
