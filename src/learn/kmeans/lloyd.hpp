// Lloyd's procedure: rows go to their nearest centers, centers to the means of their rows, until
// the loss no longer falls.
#pragma once

#include "learn/nearest.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace millrace::learn::kmeans {

struct LloydOptions {
  std::size_t most_iterations = 300;
  double tolerance = 1e-4;  // ends when the loss falls by less than this part of it
};

struct LloydResult {
  std::vector<float> centers;
  double loss = 0;  // the weighted mean of the squared distances
  std::size_t iterations = 0;
};

// `weights` has one for each row, or is empty. A center that loses all its rows stays where it is.
// Distances that a bound shows to be of no consequence are not computed (Hamerly, 2010).
[[nodiscard]] LloydResult lloyd(const Rows& rows, std::span<const float> weights,
                                std::vector<float> centers, const LloydOptions& options,
                                Parallel& parallel);

}  // namespace millrace::learn::kmeans
