// Training of the built-in k-NN: reads the channels, samples, reduces, writes the index.
#pragma once

#include "learn/algorithm.hpp"

#include <vector>

namespace millrace::learn::knn {

// Throws ClientError or AlgorithmError. There is nothing to stop halfway.
void train(const HyperparameterMap& hyperparameters, const std::vector<Channel>& channels,
           const Training& training);

}  // namespace millrace::learn::knn
