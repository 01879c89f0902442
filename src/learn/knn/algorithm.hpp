// k-NN as `work/` sees it.
#pragma once

#include "learn/algorithm.hpp"

namespace millrace::learn::knn {

[[nodiscard]] const Algorithm& algorithm();

}  // namespace millrace::learn::knn
