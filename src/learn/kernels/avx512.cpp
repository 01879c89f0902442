// The kernels for processors with AVX-512; CMakeLists.txt has the compiler's flags.
#include "learn/kernels/variant.hpp"
#include "learn/kernels/variants.hpp"

namespace millrace::learn {

namespace {

constexpr Kernels avx512_kernels = make_kernels<64, 12>("avx512", 6);

}  // namespace

const Kernels& avx512_variant() { return avx512_kernels; }

}  // namespace millrace::learn
