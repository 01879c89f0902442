// CRCs by eight tables (eight bytes a step), CRC-32C by the processor's instruction where it has
// one.
#include "base/crc.hpp"

#include <array>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
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
__attribute__((target("sse4.2"))) std::uint32_t crc32c_by_instruction(std::uint32_t seed,
                                                                      std::string_view bytes) {
  std::uint64_t check = ~seed;
  while (bytes.size() >= 8) check = _mm_crc32_u64(check, next_eight(bytes));
  auto rest = static_cast<std::uint32_t>(check);
  for (const char c : bytes) rest = _mm_crc32_u8(rest, static_cast<unsigned char>(c));
  return ~rest;
}
#endif

}  // namespace

std::uint32_t crc32(std::uint32_t seed, std::string_view bytes) {
  return by_tables(tables_32, seed, bytes);
}

std::uint32_t crc32c(std::uint32_t seed, std::string_view bytes) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2")) return crc32c_by_instruction(seed, bytes);
#endif
  return by_tables(tables_32c, seed, bytes);
}

std::uint64_t crc64nvme(std::uint64_t seed, std::string_view bytes) {
  return by_tables(tables_64nvme, seed, bytes);
}

}  // namespace millrace::base::crc
