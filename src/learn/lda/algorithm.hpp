// LDA as `work/` sees it.
#pragma once

#include "learn/algorithm.hpp"

namespace millrace::learn::lda {

[[nodiscard]] const Algorithm& algorithm();

}  // namespace millrace::learn::lda
