// Numbers of single precision as integers in the same order. What is missing then has a place in
// this order, and a split needs one comparison.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

namespace millrace::learn::trees {

using Key = std::int32_t;

inline constexpr Key before_all = std::numeric_limits<Key>::min();  // goes left everywhere
inline constexpr Key behind_all = std::numeric_limits<Key>::max();  // goes right everywhere

// Keeps the sign, and turns the negative numbers around.
[[nodiscard]] inline std::int32_t reordered(std::int32_t bits) {
  return bits ^ ((bits >> 31) & behind_all);
}

// Of a number. Both zeros have the same.
[[nodiscard]] inline Key key_of(float number) {
  return reordered(std::bit_cast<std::int32_t>(number + 0.0F));
}

[[nodiscard]] inline float number_of(Key key) { return std::bit_cast<float>(reordered(key)); }

}  // namespace millrace::learn::trees
