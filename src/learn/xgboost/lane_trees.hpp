// XGBoost's trees for the prediction of many rows at once.
#pragma once

#include "learn/trees/lane_forest.hpp"
#include "learn/xgboost/stored_model.hpp"

#include <optional>

namespace millrace::learn::xgboost {

using LaneForest = trees::LaneForest<float>;

// Of trees that Forest has taken, with its sums to the last bit; none where LaneForest takes none.
[[nodiscard]] std::optional<LaneForest> make_lane_forest(const StoredModel& model,
                                                         LaneForest::Kernel kernel);

}  // namespace millrace::learn::xgboost
