// How much each column changes what a CatBoost model answers.
#pragma once

#include "learn/catboost/stored_model.hpp"
#include "learn/model.hpp"

#include <vector>

namespace millrace::learn::catboost {

// As models do not hold what splits gained, a split's gain is how far it moves the outputs of the
// training rows that came to it: the sum of their squared distances from the mean of its two sides,
// which is what CatBoost's PredictionValuesChange tells in percent. The model has a weight for each
// leaf.
[[nodiscard]] std::vector<ColumnImportance> importance_of(const StoredModel& model);

}  // namespace millrace::learn::catboost
