// LightGBM's trees for the prediction of many rows at once.
#pragma once

#include "learn/lightgbm/stored_model.hpp"
#include "learn/trees/lane_forest.hpp"

#include <optional>

namespace millrace::learn::lightgbm {

using LaneForest = trees::LaneForest<double>;

// Of trees that Forest has taken, with its sums to the last bit; none where LaneForest takes none,
// and where zeros count as missing.
[[nodiscard]] std::optional<LaneForest> make_lane_forest(const StoredModel& model,
                                                         LaneForest::Kernel kernel);

}  // namespace millrace::learn::lightgbm
