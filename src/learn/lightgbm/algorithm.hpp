// The built-in LightGBM as `work/` sees it.
#pragma once

#include "learn/algorithm.hpp"

namespace millrace::learn::lightgbm {

[[nodiscard]] const Algorithm& algorithm();

}  // namespace millrace::learn::lightgbm
