// What the built-in k-NN promises: see learn/contract.hpp.
#pragma once

#include "learn/contract.hpp"

namespace millrace::learn::knn {

[[nodiscard]] const Contract& contract();

}  // namespace millrace::learn::knn
