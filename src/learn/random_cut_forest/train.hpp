// Training of the built-in Random Cut Forest: reads the channels, plants the forest, writes the
// model.
#pragma once

#include "learn/algorithm.hpp"

#include <vector>

namespace millrace::learn::random_cut_forest {

// Throws ClientError or AlgorithmError. A training that is stopped keeps the trees that it has.
void train(const HyperparameterMap& hyperparameters, const std::vector<Channel>& channels,
           const Training& training);

}  // namespace millrace::learn::random_cut_forest
