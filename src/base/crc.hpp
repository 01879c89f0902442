// Cyclic redundancy checks as pure functions; `hash.hpp` offers them to everybody else.
#pragma once

#include <cstdint>
#include <string_view>

namespace millrace::base::crc {

// Reflected polynomials.
constexpr std::uint32_t polynomial_32 = 0xedb88320U;
constexpr std::uint32_t polynomial_32c = 0x82f63b78U;
constexpr std::uint64_t polynomial_64nvme = 0x9a6c9329ac4bc9b5ULL;

// Each continues from `seed`, the result for the bytes before (0 at the beginning).
[[nodiscard]] std::uint32_t crc32(std::uint32_t seed, std::string_view bytes);
[[nodiscard]] std::uint32_t crc32c(std::uint32_t seed, std::string_view bytes);
[[nodiscard]] std::uint64_t crc64nvme(std::uint64_t seed, std::string_view bytes);

// The product of two polynomials modulo `polynomial`, all reflected.
template <class Word>
[[nodiscard]] constexpr Word multiply(Word polynomial, Word a, Word b) {
  Word product = 0;
  for (Word bit = Word{1} << (sizeof(Word) * 8 - 1); bit != 0; bit >>= 1) {
    if ((a & bit) != 0) product ^= b;
    b = (b & 1) != 0 ? (b >> 1) ^ polynomial : b >> 1;
  }
  return product;
}

// The check of `left` followed by `right`, which is `right_size` bytes long: left times x^(8 size),
// plus right.
template <class Word>
[[nodiscard]] constexpr Word combine(Word polynomial, Word left, Word right,
                                     std::uint64_t right_size) {
  constexpr int bits = sizeof(Word) * 8;
  Word power = Word{1} << (bits - 1 - 8);  // x^8: the shift by one byte
  Word shift = Word{1} << (bits - 1);      // x^0
  for (; right_size != 0; right_size >>= 1) {
    if ((right_size & 1) != 0) shift = multiply(polynomial, shift, power);
    power = multiply(polynomial, power, power);
  }
  return multiply(polynomial, shift, left) ^ right;
}

}  // namespace millrace::base::crc
