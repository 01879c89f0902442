// What the built-in IP Insights promises: see learn/contract.hpp.
#pragma once

#include "learn/contract.hpp"

namespace millrace::learn::ip_insights {

[[nodiscard]] const Contract& contract();

}  // namespace millrace::learn::ip_insights
