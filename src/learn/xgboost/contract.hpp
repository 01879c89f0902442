// What the built-in XGBoost promises: see learn/contract.hpp.
#pragma once

#include "learn/contract.hpp"

#include <string_view>

namespace millrace::learn::xgboost {

[[nodiscard]] const Contract& contract();

// Hyperparameters under the names that the list of parameters uses: learning_rate becomes eta.
[[nodiscard]] HyperparameterMap without_aliases(const HyperparameterMap& given);

[[nodiscard]] bool is_maximized(std::string_view metric);

}  // namespace millrace::learn::xgboost
