// Training of the built-in PCA: reads the channels, finds the components, writes the model.
#pragma once

#include "learn/algorithm.hpp"

#include <vector>

namespace millrace::learn::pca {

// Throws ClientError or AlgorithmError. One pass or two over the rows: it cannot be stopped
// halfway.
void train(const HyperparameterMap& hyperparameters, const std::vector<Channel>& channels,
           const Training& training);

}  // namespace millrace::learn::pca
