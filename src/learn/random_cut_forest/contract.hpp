// What the built-in Random Cut Forest promises: see learn/contract.hpp.
#pragma once

#include "learn/contract.hpp"

namespace millrace::learn::random_cut_forest {

[[nodiscard]] const Contract& contract();

}  // namespace millrace::learn::random_cut_forest
