// CRCs by carry-less multiplication, CRC-32C by its own instruction, where the processor has them;
// else by eight tables, eight bytes a step.
#include "base/crc.hpp"

#include <array>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace millrace::base::crc {

namespace {

static_assert(std::endian::native == std::endian::little);

template <class Word>
using Tables = std::array<std::array<Word, 256>, 8>;

// tables[k][b]: what byte b adds to the check when k zero bytes follow it.
template <class Word>
constexpr Tables<Word> tables_of(Word polynomial) {
  Tables<Word> tables{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    auto word = static_cast<Word>(byte);
    for (int bit = 0; bit < 8; ++bit) word = (word & 1) != 0 ? (word >> 1) ^ polynomial : word >> 1;
    tables[0][byte] = word;
  }
  for (std::size_t k = 1; k < 8; ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const Word before = tables[k - 1][byte];
      tables[k][byte] = (before >> 8) ^ tables[0][before & 0xff];
    }
  }
  return tables;
}

constexpr Tables<std::uint32_t> tables_32 = tables_of(polynomial_32);
constexpr Tables<std::uint32_t> tables_32c = tables_of(polynomial_32c);
constexpr Tables<std::uint64_t> tables_64nvme = tables_of(polynomial_64nvme);

std::uint64_t next_eight(std::string_view& bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data(), sizeof word);
  bytes.remove_prefix(sizeof word);
  return word;
}

template <class Word>
Word by_tables(const Tables<Word>& tables, Word seed, std::string_view bytes) {
  Word check = ~seed;
  while (bytes.size() >= 8) {
    const std::uint64_t word = next_eight(bytes) ^ check;
    check = 0;
    for (std::size_t i = 0; i < 8; ++i) check ^= tables[7 - i][word >> (8 * i) & 0xff];
  }
  for (const char c : bytes) {
    check = (check >> 8) ^ tables[0][(check ^ static_cast<unsigned char>(c)) & 0xff];
  }
  return ~check;
}

#if defined(__x86_64__)
// x^n modulo the polynomial, reflected, in the upper bits of 64.
template <class Word>
constexpr std::uint64_t power(Word polynomial, int n) {
  constexpr int bits = sizeof(Word) * 8;
  Word word = Word{1} << (bits - 1);
  for (; n > 0; --n) word = (word & 1) != 0 ? (word >> 1) ^ polynomial : word >> 1;
  return static_cast<std::uint64_t>(word) << (64 - bits);
}

// What moves 16 bytes on by so many bits: one factor for their first half, which stands 64 bits
// higher, and one for the second. The product of two reflected words comes out one bit too low,
// hence the lesser powers.
struct Fold {
  std::uint64_t first;
  std::uint64_t second;
};
template <class Word>
constexpr Fold fold_by(Word polynomial, int bits) {
  return {power(polynomial, bits + 63), power(polynomial, bits - 1)};
}

constexpr std::size_t step = 16;
constexpr std::size_t wide_step = 4 * step;
constexpr std::size_t lanes = 4;
constexpr std::size_t least_to_fold = 2 * lanes * step;
constexpr std::size_t least_to_fold_wide = 2 * lanes * wide_step;

__attribute__((target("pclmul,sse2"))) __m128i load(const char* bytes) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
}

__attribute__((target("pclmul,sse2"))) __m128i folded(__m128i block, __m128i fold, __m128i onto) {
  const __m128i first = _mm_clmulepi64_si128(block, fold, 0x00);
  const __m128i second = _mm_clmulepi64_si128(block, fold, 0x11);
  return _mm_xor_si128(_mm_xor_si128(first, second), onto);
}

// Four blocks at once are moved on over the next four, until 16 bytes are left that have the check
// of all: Gopal and others, "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ" (2009).
// The last step is by tables. Needs `least_to_fold` bytes.
template <class Word, Word Polynomial>
__attribute__((target("pclmul,sse2"))) Word by_folding(const Tables<Word>& tables, Word seed,
                                                       std::string_view bytes) {
  constexpr Fold far = fold_by(Polynomial, lanes * step * 8);
  constexpr Fold near = fold_by(Polynomial, step * 8);
  const auto factors = [](const Fold& fold) {
    return _mm_set_epi64x(static_cast<long long>(fold.second), static_cast<long long>(fold.first));
  };
  const __m128i by_four = factors(far);
  const __m128i by_one = factors(near);
  __m128i blocks[lanes];
  for (std::size_t i = 0; i < lanes; ++i) blocks[i] = load(bytes.data() + i * step);
  const auto start = static_cast<std::uint64_t>(static_cast<Word>(~seed));
  blocks[0] = _mm_xor_si128(blocks[0], _mm_cvtsi64_si128(static_cast<long long>(start)));
  bytes.remove_prefix(lanes * step);
  for (; bytes.size() >= lanes * step; bytes.remove_prefix(lanes * step)) {
    for (std::size_t i = 0; i < lanes; ++i) {
      blocks[i] = folded(blocks[i], by_four, load(bytes.data() + i * step));
    }
  }
  __m128i all = blocks[0];
  for (std::size_t i = 1; i < lanes; ++i) all = folded(all, by_one, blocks[i]);
  char last[step];
  std::memcpy(last, &all, step);
  const Word check = by_tables(tables, static_cast<Word>(~Word{0}), std::string_view(last, step));
  return by_tables(tables, check, bytes);
}

__attribute__((target("avx512f"))) __m512i load_wide(const char* bytes) {
  return _mm512_loadu_si512(bytes);
}

// The same with four times as many bytes at once. Needs `least_to_fold_wide` bytes.
template <class Word, Word Polynomial>
__attribute__((target("vpclmulqdq,avx512f"))) Word by_wide_folding(const Tables<Word>& tables,
                                                                   Word seed,
                                                                   std::string_view bytes) {
  constexpr Fold far = fold_by(Polynomial, lanes * wide_step * 8);
  const auto first = static_cast<long long>(far.first);
  const auto second = static_cast<long long>(far.second);
  const __m512i by_four = _mm512_set4_epi64(second, first, second, first);
  __m512i blocks[lanes];
  for (std::size_t i = 0; i < lanes; ++i) blocks[i] = load_wide(bytes.data() + i * wide_step);
  const auto start = static_cast<std::uint64_t>(static_cast<Word>(~seed));
  blocks[0] = _mm512_xor_si512(
      blocks[0], _mm512_set_epi64(0, 0, 0, 0, 0, 0, 0, static_cast<long long>(start)));
  bytes.remove_prefix(lanes * wide_step);
  for (; bytes.size() >= lanes * wide_step; bytes.remove_prefix(lanes * wide_step)) {
    for (std::size_t i = 0; i < lanes; ++i) {
      const __m512i next = load_wide(bytes.data() + i * wide_step);
      constexpr int exclusive_or = 0x96;
      blocks[i] = _mm512_ternarylogic_epi64(_mm512_clmulepi64_epi128(blocks[i], by_four, 0x00),
                                            _mm512_clmulepi64_epi128(blocks[i], by_four, 0x11),
                                            next, exclusive_or);
    }
  }
  char last[lanes * wide_step];
  std::memcpy(last, blocks, sizeof last);
  _mm256_zeroupper();  // else what follows in narrow registers is slow
  const Word check = by_folding<Word, Polynomial>(tables, static_cast<Word>(~Word{0}),
                                                  std::string_view(last, sizeof last));
  return bytes.size() < least_to_fold ? by_tables(tables, check, bytes)
                                      : by_folding<Word, Polynomial>(tables, check, bytes);
}

template <class Word, Word Polynomial>
Word by_the_best(const Tables<Word>& tables, Word seed, std::string_view bytes) {
  if (bytes.size() >= least_to_fold_wide && __builtin_cpu_supports("vpclmulqdq") &&
      __builtin_cpu_supports("avx512f")) {
    return by_wide_folding<Word, Polynomial>(tables, seed, bytes);
  }
  if (bytes.size() >= least_to_fold && __builtin_cpu_supports("pclmul")) {
    return by_folding<Word, Polynomial>(tables, seed, bytes);
  }
  return by_tables(tables, seed, bytes);
}

__attribute__((target("sse4.2"))) std::uint32_t crc32c_by_instruction(std::uint32_t seed,
                                                                      std::string_view bytes) {
  std::uint64_t check = ~seed;
  while (bytes.size() >= 8) check = _mm_crc32_u64(check, next_eight(bytes));
  auto rest = static_cast<std::uint32_t>(check);
  for (const char c : bytes) rest = _mm_crc32_u8(rest, static_cast<unsigned char>(c));
  return ~rest;
}
#else
template <class Word, Word Polynomial>
Word by_the_best(const Tables<Word>& tables, Word seed, std::string_view bytes) {
  return by_tables(tables, seed, bytes);
}
#endif

}  // namespace

std::uint32_t crc32(std::uint32_t seed, std::string_view bytes) {
  return by_the_best<std::uint32_t, polynomial_32>(tables_32, seed, bytes);
}

std::uint32_t crc32c(std::uint32_t seed, std::string_view bytes) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2")) return crc32c_by_instruction(seed, bytes);
#endif
  return by_tables(tables_32c, seed, bytes);
}

std::uint64_t crc64nvme(std::uint64_t seed, std::string_view bytes) {
  return by_the_best<std::uint64_t, polynomial_64nvme>(tables_64nvme, seed, bytes);
}

}  // namespace millrace::base::crc
