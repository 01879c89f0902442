#include "learn/kernels/kernels.hpp"

#include "learn/kernels/variants.hpp"

#include <vector>

namespace millrace::learn {
namespace {

std::vector<const Kernels*> find_kernels() {
  std::vector<const Kernels*> found = {&baseline_variant()};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    found.push_back(&avx2_variant());
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
    found.push_back(&avx512_variant());
#endif
  return found;
}

}  // namespace

std::span<const Kernels* const> kernels_of_this_processor() {
  static const std::vector<const Kernels*> found = find_kernels();
  return found;
}

const Kernels& kernels() { return *kernels_of_this_processor().back(); }

}  // namespace millrace::learn
