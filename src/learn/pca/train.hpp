// Training of the built-in PCA: reads the channels, finds the components, writes the model.
#pragma once

#include "learn/algorithm.hpp"

#include <vector>

namespace millrace::learn::pca {

// Throws ClientError or AlgorithmError. A training that is stopped keeps the
// components of the rows that it has taken.
void train(const HyperparameterMap& hyperparameters, const std::vector<Channel>& channels,
           const Training& training);

}  // namespace millrace::learn::pca
