// What the built-in LDA promises: see learn/contract.hpp.
#pragma once

#include "learn/contract.hpp"

namespace millrace::learn::lda {

[[nodiscard]] const Contract& contract();

}  // namespace millrace::learn::lda
