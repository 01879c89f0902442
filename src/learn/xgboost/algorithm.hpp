// The built-in XGBoost as `work/` sees it.
#pragma once

#include "learn/algorithm.hpp"

namespace millrace::learn::xgboost {

[[nodiscard]] const Algorithm& algorithm();

}  // namespace millrace::learn::xgboost
