// What the built-in PCA promises: see learn/contract.hpp.
#pragma once

#include "learn/contract.hpp"

namespace millrace::learn::pca {

[[nodiscard]] const Contract& contract();

}  // namespace millrace::learn::pca
