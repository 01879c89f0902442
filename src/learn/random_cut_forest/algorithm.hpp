// Random Cut Forest as `work/` sees it.
#pragma once

#include "learn/algorithm.hpp"

namespace millrace::learn::random_cut_forest {

[[nodiscard]] const Algorithm& algorithm();

}  // namespace millrace::learn::random_cut_forest
