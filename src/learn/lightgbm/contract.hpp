// What the built-in LightGBM promises: see learn/contract.hpp.
#pragma once

#include "learn/contract.hpp"

#include <string_view>

namespace millrace::learn::lightgbm {

[[nodiscard]] const Contract& contract();

[[nodiscard]] bool is_maximized(std::string_view metric);

}  // namespace millrace::learn::lightgbm
