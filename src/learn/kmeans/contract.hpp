// What the built-in K-Means promises: see learn/contract.hpp.
#pragma once

#include "learn/contract.hpp"

namespace millrace::learn::kmeans {

[[nodiscard]] const Contract& contract();

}  // namespace millrace::learn::kmeans
