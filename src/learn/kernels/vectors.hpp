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

// exp of what is between -87 and 87, to about two units in the last place: 2^n times a polynomial
// for what is left.
template <class V>
inline typename V::Floats exponential_within(typename V::Floats x) {
  // Adding it rounds to whole numbers, which then stand in the low bits.
  constexpr float rounder = 12582912;
  const typename V::Floats shifted = x * 1.44269504F + rounder;
  const typename V::Floats whole = shifted - rounder;
  const typename V::Floats rest = (x - whole * 0.693359375F) + whole * 2.12194440e-4F;
  typename V::Floats sum = rest * 1.9875691500e-4F + 1.3981999507e-3F;
  sum = sum * rest + 8.3334519073e-3F;
  sum = sum * rest + 4.1665795894e-2F;
  sum = sum * rest + 1.6666665459e-1F;
  sum = sum * rest + 5.0000001201e-1F;
  sum = sum * rest * rest + rest + 1.0F;
  const auto power = reinterpret_cast<typename V::Integers>(shifted);
  const typename V::Integers scale = (power - 0x4B400000 + 127) << 23;
  return sum * reinterpret_cast<typename V::Floats>(scale);
}

// exp; what is not a number stays so.
template <class V>
inline typename V::Floats exponential(typename V::Floats x) {
  constexpr float most = 87;
  x = x > most ? most - x * 0 : x;
  x = x < -most ? x * 0 - most : x;
  return exponential_within<V>(x);
}

}  // namespace
}  // namespace millrace::learn
