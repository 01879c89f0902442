// Training of the built-in Random Cut Forest: reads the channels, plants the forest, writes the
// model.
#pragma once

#include "learn/algorithm.hpp"

#include <vector>

namespace millrace::learn::random_cut_forest {

// Throws ClientError or AlgorithmError. One pass or two over the rows: it cannot be stopped
// halfway.
void train(const HyperparameterMap& hyperparameters, const std::vector<Channel>& channels,
           const Training& training);

}  // namespace millrace::learn::random_cut_forest
