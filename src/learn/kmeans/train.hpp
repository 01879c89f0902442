// Training of the built-in K-Means: reads the channels, streams the rows past the centers, makes
// the extra centers k, writes the model.
#pragma once

#include "learn/algorithm.hpp"
#include "learn/kmeans/settings.hpp"

#include <vector>

namespace millrace::learn::kmeans {

// Throws ClientError or AlgorithmError. When stopped, the centers so far are made k and written.
void train(const HyperparameterMap& hyperparameters, const std::vector<Channel>& channels,
           const Training& training);

// k centers for these rows; no channels, no files.
[[nodiscard]] std::vector<float> cluster(const Rows& rows, const Settings& settings,
                                         const Training& training);

// The mean squared distance of the rows from their nearest centers.
[[nodiscard]] double mean_squared_distance(const Rows& rows, const Rows& centers,
                                           Parallel& parallel);

}  // namespace millrace::learn::kmeans
