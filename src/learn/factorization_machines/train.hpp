// Training of the built-in Factorization Machines: reads the channels, passes over the
// mini-batches, measures, writes the model.
#pragma once

#include "learn/algorithm.hpp"

#include <vector>

namespace millrace::learn::factorization_machines {

// Throws ClientError or AlgorithmError. When stopped, the machine so far is measured and written.
void train(const HyperparameterMap& hyperparameters, const std::vector<Channel>& channels,
           const Training& training);

}  // namespace millrace::learn::factorization_machines
