// The built-in CatBoost as `work/` sees it.
#pragma once

#include "learn/algorithm.hpp"

namespace millrace::learn::catboost {

[[nodiscard]] const Algorithm& algorithm();

}  // namespace millrace::learn::catboost
