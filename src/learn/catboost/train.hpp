// Training of the built-in CatBoost: reads the channels, has CatBoost's package train, and looks
// whether what it wrote can be served.
#pragma once

#include "learn/algorithm.hpp"

#include <vector>

namespace millrace::learn::catboost {

// Throws ClientError or AlgorithmError. When stopped, the best model so far is written.
void train(const HyperparameterMap& hyperparameters, const std::vector<Channel>& channels,
           const Training& training);

}  // namespace millrace::learn::catboost
