// docs/algorithms.md, made from the contracts.
#pragma once

#include <string>

namespace millrace::work::hand {

[[nodiscard]] std::string manual();

}  // namespace millrace::work::hand
