// Training of the built-in Linear Learner: reads the channels, fits the models, measures the best
// one, writes it.
#pragma once

#include "learn/algorithm.hpp"

#include <vector>

namespace millrace::learn::linear_learner {

// Throws ClientError or AlgorithmError. When stopped, the best model so far is written.
void train(const HyperparameterMap& hyperparameters, const std::vector<Channel>& channels,
           const Training& training);

}  // namespace millrace::learn::linear_learner
