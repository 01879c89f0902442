// The kernels for every processor of x86-64, and of other kinds; CMakeLists.txt has the compiler's
// flags.
#include "learn/kernels/variant.hpp"
#include "learn/kernels/variants.hpp"

namespace millrace::learn {

namespace {

constexpr Kernels baseline_kernels = make_kernels<16, 4>("baseline", 8);

}  // namespace

const Kernels& baseline_variant() { return baseline_kernels; }

}  // namespace millrace::learn
