// Training of the built-in IP Insights: reads the channels, fits the network, measures it after
// each epoch, writes the model.
#pragma once

#include "learn/algorithm.hpp"

#include <vector>

namespace millrace::learn::ip_insights {

// Throws ClientError or AlgorithmError. When stopped, the network so far is written.
void train(const HyperparameterMap& hyperparameters, const std::vector<Channel>& channels,
           const Training& training);

}  // namespace millrace::learn::ip_insights
