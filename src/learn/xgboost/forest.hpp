// XGBoost's trees as the walk that all libraries share takes them.
#pragma once

#include "learn/trees/forest.hpp"
#include "learn/xgboost/stored_model.hpp"

namespace millrace::learn::xgboost {

using Forest = trees::Forest<float>;

// Of a model of trees. Throws ModelError where there are too many categories.
[[nodiscard]] trees::Described<float> describe(const StoredModel& model);

}  // namespace millrace::learn::xgboost
