// What the built-in Factorization Machines promise: see learn/contract.hpp.
#pragma once

#include "learn/contract.hpp"

namespace millrace::learn::factorization_machines {

[[nodiscard]] const Contract& contract();

}  // namespace millrace::learn::factorization_machines
