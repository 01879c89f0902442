// The kernels for processors with AVX2 and FMA; CMakeLists.txt has the compiler's flags.
#include "learn/kernels/variant.hpp"
#include "learn/kernels/variants.hpp"

namespace millrace::learn {

namespace {

constexpr Kernels avx2_kernels = make_kernels<32, 6>("avx2", 4);

}  // namespace

const Kernels& avx2_variant() { return avx2_kernels; }

}  // namespace millrace::learn
