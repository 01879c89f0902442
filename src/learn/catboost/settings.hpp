// What a CatBoost training is told: hyperparameters and what the labels say, as the package's own
// parameters.
#pragma once

#include "base/value.hpp"
#include "learn/contract.hpp"
#include "learn/hyperparameters.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace millrace::learn::catboost {

enum class Problem { regression, two_classes, classes };

// As messages say it.
[[nodiscard]] std::string label_text(float label);

// Throws ClientError for labels of a classification that are no whole numbers, or all the same.
[[nodiscard]] Problem problem_of(const Hyperparameters& given, const std::vector<float>& labels);

[[nodiscard]] std::string metric_of(const Hyperparameters& given, Problem problem);

// The arguments of CatBoostClassifier or CatBoostRegressor. `threads` is what the job has.
[[nodiscard]] base::Map package_parameters(const Hyperparameters& given, Problem problem,
                                           int threads);

}  // namespace millrace::learn::catboost
