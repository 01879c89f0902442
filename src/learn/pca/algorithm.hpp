// PCA as `work/` sees it.
#pragma once

#include "learn/algorithm.hpp"

namespace millrace::learn::pca {

[[nodiscard]] const Algorithm& algorithm();

}  // namespace millrace::learn::pca
