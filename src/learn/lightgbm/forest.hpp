// LightGBM's trees as the walk that all libraries share takes them.
#pragma once

#include "learn/lightgbm/stored_model.hpp"
#include "learn/trees/forest.hpp"

namespace millrace::learn::lightgbm {

using Forest = trees::Forest<double>;

constexpr float zero_bound = 1e-35F;  // what is no larger counts as zero, in training too

// The largest single-precision number that is not above `threshold`: numbers of single precision
// stand on the same side of both.
[[nodiscard]] float float_below(double threshold);

// Whether a split sends what is no number to the left.
[[nodiscard]] bool sends_missing_left(const StoredSplit& split);

// Throws ModelError for splits that make no sense, and where there are too many categories.
[[nodiscard]] trees::Described<double> describe(const StoredModel& model);

}  // namespace millrace::learn::lightgbm
