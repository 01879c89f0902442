// What the built-in Linear Learner promises: see learn/contract.hpp.
#pragma once

#include "learn/contract.hpp"

namespace millrace::learn::linear_learner {

[[nodiscard]] const Contract& contract();

}  // namespace millrace::learn::linear_learner
