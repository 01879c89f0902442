// Geoff Pike and Jyrki Alakuijala's function as its version 1.0 defines it; later ones differ.
#include "learn/catboost/city_hash.hpp"

#include <bit>
#include <cstddef>
#include <cstring>
#include <utility>

namespace millrace::learn::catboost {
namespace {

using Word = std::uint64_t;

static_assert(std::endian::native == std::endian::little, "words are read as they lie");

constexpr Word k0 = 0xc3a5c85c97cb3127;
constexpr Word k1 = 0xb492b66fbe98f273;
constexpr Word k2 = 0x9ae16a3b2f90404f;
constexpr Word k3 = 0xc949d7c7509e6557;

template <class T = Word>
Word load(std::string_view text, std::size_t at) {
  T value;
  std::memcpy(&value, text.data() + at, sizeof value);
  return value;
}

// The word that lies so many bytes before the end.
Word load_back(std::string_view text, std::size_t back) { return load(text, text.size() - back); }

Word byte(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

Word mix(Word value) { return value ^ (value >> 47); }

Word join(Word low, Word high) {
  constexpr Word factor = 0x9ddfea08eb382d69;
  return mix((high ^ mix((low ^ high) * factor)) * factor) * factor;
}

Word hash_to_16(std::string_view text) {
  const std::size_t size = text.size();
  if (size > 8) {
    const Word last = load_back(text, 8);
    return join(load(text, 0), std::rotr(last + size, static_cast<int>(size))) ^ last;
  }
  if (size >= 4) {
    const Word last = load<std::uint32_t>(text, size - 4);
    return join(size + (load<std::uint32_t>(text, 0) << 3), last);
  }
  if (size == 0) return k2;
  const Word first = byte(text, 0) + (byte(text, size / 2) << 8);
  return mix((first * k2) ^ ((size + (byte(text, size - 1) << 2)) * k3)) * k2;
}

Word hash_to_32(std::string_view text) {
  const Word a = load(text, 0) * k1;
  const Word b = load(text, 8);
  const Word c = load_back(text, 8) * k2;
  const Word d = load_back(text, 16) * k0;
  return join(std::rotr(a - b, 43) + std::rotr(c, 30) + d,
              a + std::rotr(b ^ k3, 20) - c + text.size());
}

struct Pair {
  Word first = 0;
  Word second = 0;
};

// Half of what a text of 33 to 64 bytes is hashed from: its first 32 bytes, or its last ones.
Pair half(std::string_view text, std::size_t at, Word a) {
  Word z = load(text, at + 24);
  Word b = std::rotr(a + z, 52);
  Word c = std::rotr(a, 37);
  a += load(text, at + 8);
  c += std::rotr(a, 7);
  a += load(text, at + 16);
  return {a + z, b + std::rotr(a, 31) + c};
}

Word hash_to_64(std::string_view text) {
  const std::size_t size = text.size();
  const Pair v = half(text, 0, load(text, 0) + (size + load_back(text, 16)) * k0);
  const Pair w = half(text, size - 32, load(text, 16) + load_back(text, 32));
  const Word r = mix((v.first + w.second) * k2 + (w.first + v.second) * k0);
  return mix(r * k0 + v.second) * k2;
}

Pair weak_hash(std::string_view text, std::size_t at, Word a, Word b) {
  const Word last = load(text, at + 24);
  a += load(text, at);
  b = std::rotr(b + a + last, 21);
  const Word c = a;
  a += load(text, at + 8) + load(text, at + 16);
  b += std::rotr(a, 44);
  return {a + last, b + c};
}

Word hash_long(std::string_view text) {
  const std::size_t size = text.size();
  Word x = load(text, 0);
  Word y = load_back(text, 16) ^ k1;
  Word z = load_back(text, 56) ^ k0;
  Pair v = weak_hash(text, size - 64, size, y);
  Pair w = weak_hash(text, size - 32, size * k1, k0);
  z += mix(v.second) * k1;
  x = std::rotr(z + x, 39) * k1;
  y = std::rotr(y, 33) * k1;
  const std::size_t end = (size - 1) / 64 * 64;
  for (std::size_t at = 0; at < end; at += 64) {
    x = std::rotr(x + y + v.first + load(text, at + 16), 37) * k1;
    y = std::rotr(y + v.second + load(text, at + 48), 42) * k1;
    x ^= w.second;
    y ^= v.first;
    z = std::rotr(z ^ w.first, 33);
    v = weak_hash(text, at, v.second * k1, x + w.first);
    w = weak_hash(text, at + 32, z + w.second, y);
    std::swap(z, x);
  }
  return join(join(v.first, w.first) + mix(y) * k1 + z, join(v.second, w.second) + x);
}

}  // namespace

std::uint64_t city_hash(std::string_view text) {
  if (text.size() <= 16) return hash_to_16(text);
  if (text.size() <= 32) return hash_to_32(text);
  return text.size() <= 64 ? hash_to_64(text) : hash_long(text);
}

}  // namespace millrace::learn::catboost
