// Training of the built-in LightGBM: reads the channels, boosts, prints a line a round, writes the
// model.
#pragma once

#include "learn/algorithm.hpp"

#include <vector>

namespace millrace::learn::lightgbm {

// Throws ClientError or AlgorithmError. When stopped, the model of the rounds so far is written.
void train(const HyperparameterMap& hyperparameters, const std::vector<Channel>& channels,
           const Training& training);

}  // namespace millrace::learn::lightgbm
