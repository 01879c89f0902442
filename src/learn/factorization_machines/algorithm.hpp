// Factorization Machines as `work/` sees them.
#pragma once

#include "learn/algorithm.hpp"

namespace millrace::learn::factorization_machines {

[[nodiscard]] const Algorithm& algorithm();

}  // namespace millrace::learn::factorization_machines
