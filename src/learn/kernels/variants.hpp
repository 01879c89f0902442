// The kernels by processor; kernels.cpp chooses.
#pragma once

#include "learn/kernels/kernels.hpp"

namespace millrace::learn {

[[nodiscard]] const Kernels& baseline_variant();
[[nodiscard]] const Kernels& avx2_variant();
[[nodiscard]] const Kernels& avx512_variant();

}  // namespace millrace::learn
