// BlazingText as `work/` sees it.
#pragma once

#include "learn/algorithm.hpp"

namespace millrace::learn::blazingtext {

[[nodiscard]] const Algorithm& algorithm();

}  // namespace millrace::learn::blazingtext
