// Vectors of floats of one processor's length, for the sources of the kernels: see variant.hpp for
// what may stand here.
#pragma once

#include <cstddef>
#include <cstdint>

namespace millrace::learn {
namespace {

template <int Bytes>
struct Vectors {
  using Floats [[gnu::vector_size(Bytes), gnu::aligned(4)]] = float;
  using Integers [[gnu::vector_size(Bytes), gnu::aligned(4)]] = std::int32_t;
  static constexpr std::size_t lanes = Bytes / sizeof(float);
  static constexpr std::size_t panel = 2 * lanes;
};

template <class V>
inline typename V::Floats load(const float* from) {
  return *reinterpret_cast<const typename V::Floats*>(from);
}

template <class V>
inline void store(float* to, const typename V::Floats& values) {
  *reinterpret_cast<typename V::Floats*>(to) = values;
}

}  // namespace
}  // namespace millrace::learn
