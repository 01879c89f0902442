// IP Insights as `work/` sees it.
#pragma once

#include "learn/algorithm.hpp"

namespace millrace::learn::ip_insights {

[[nodiscard]] const Algorithm& algorithm();

}  // namespace millrace::learn::ip_insights
