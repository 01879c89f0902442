// How much room logs and metrics take.
#pragma once

#include "store/database.hpp"
#include "store/usage.hpp"

#include <vector>

namespace millrace::telemetry {

// Of every account: its log groups with the bytes of their events, and its metrics.
[[nodiscard]] std::vector<store::Usage> usage(store::Connection& connection);

}  // namespace millrace::telemetry
