// The Linear Learner as `work/` sees it.
#pragma once

#include "learn/algorithm.hpp"

namespace millrace::learn::linear_learner {

[[nodiscard]] const Algorithm& algorithm();

}  // namespace millrace::learn::linear_learner
