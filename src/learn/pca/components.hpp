// Principal components of rows: the directions in which they vary most.
#pragma once

#include "learn/nearest.hpp"
#include "learn/parallel.hpp"
#include "learn/pca/scatter.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace millrace::learn::pca {

struct Components {
  std::size_t features = 0;
  std::vector<float> mean;      // zeros where it is not subtracted
  std::vector<float> singular;  // ascending, as AWS has them: the singular values of the rows
  std::vector<float> vectors;   // features times components; column i belongs to singular value i
};

// Both: once `stopped` says so, of the rows taken until then.

// From the scatter matrix of all features: features^2 numbers in 64 bits for each thread.
[[nodiscard]] Components regular_components(const Rows& rows, std::size_t count, bool subtract_mean,
                                            Parallel& parallel, const Stopped& stopped = {});

struct Sketch {
  std::size_t extra = 10;        // directions beside those that are sought
  std::size_t batch_rows = 500;  // that are multiplied by random signs at a time
  std::uint64_t seed = 0;
};

// From a sketch (Halko, Martinsson and Tropp, 2011): random sums of rows span nearly the space of
// the components, in which these are then found exactly.
[[nodiscard]] Components randomized_components(const Rows& rows, std::size_t count,
                                               bool subtract_mean, const Sketch& sketch,
                                               Parallel& parallel, const Stopped& stopped = {});

}  // namespace millrace::learn::pca
