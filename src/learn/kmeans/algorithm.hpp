// K-Means as `work/` sees it.
#pragma once

#include "learn/algorithm.hpp"

namespace millrace::learn::kmeans {

[[nodiscard]] const Algorithm& algorithm();

}  // namespace millrace::learn::kmeans
