// What the built-in BlazingText promises: see learn/contract.hpp.
#pragma once

#include "learn/contract.hpp"

namespace millrace::learn::blazingtext {

[[nodiscard]] const Contract& contract();

}  // namespace millrace::learn::blazingtext
