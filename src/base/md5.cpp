// The four rounds, unrolled by templates, as the compiler would not unroll loops.
#include "base/md5.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace millrace::base {

namespace {

static_assert(std::endian::native == std::endian::little, "words are read as they lie in memory");

using Word = std::uint32_t;
using State = std::array<Word, 4>;
constexpr std::size_t block_words = 16;
using Block = std::array<Word, block_words>;

// floor(2^32 * abs(sin(i + 1)))
constexpr std::array<Word, 64> sines = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};
constexpr int turns[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
constexpr std::size_t strides[4] = {1, 5, 3, 7};
constexpr std::size_t offsets[4] = {0, 1, 5, 0};

// `b` is the word that the step before has made: what does not need it is added first. In the
// second round both halves of the choice have no bit in common, so that they may be added apart.
template <std::size_t Round, std::size_t Step>
[[gnu::always_inline]] inline void step(Word& a, Word b, Word c, Word d, const Block& block) {
  a += sines[Round * block_words + Step] +
       block[(Step * strides[Round] + offsets[Round]) % block_words];
  if constexpr (Round == 0) {
    a += d ^ (b & (c ^ d));
  } else if constexpr (Round == 1) {
    a += c & ~d;
    a += b & d;
  } else if constexpr (Round == 2) {
    a += b ^ (c ^ d);
  } else {
    a += c ^ (b | ~d);
  }
  a = std::rotl(a, turns[Round][Step % 4]) + b;
}

template <std::size_t Round, std::size_t Step = 0>
[[gnu::always_inline]] inline void round(State& s, const Block& block) {
  if constexpr (Step < block_words) {
    step<Round, Step>(s[0], s[1], s[2], s[3], block);
    step<Round, Step + 1>(s[3], s[0], s[1], s[2], block);
    step<Round, Step + 2>(s[2], s[3], s[0], s[1], block);
    step<Round, Step + 3>(s[1], s[2], s[3], s[0], block);
    round<Round, Step + 4>(s, block);
  }
}

void add_blocks(State& state, std::string_view bytes) {
  State sum = state;
  Block block;
  for (; !bytes.empty(); bytes.remove_prefix(sizeof block)) {
    std::memcpy(block.data(), bytes.data(), sizeof block);
    State made = sum;
    round<0>(made, block);
    round<1>(made, block);
    round<2>(made, block);
    round<3>(made, block);
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += made[i];
  }
  state = sum;
}

}  // namespace

void Md5::update(std::string_view bytes) {
  if (const std::size_t held = size_ % block_size; held > 0) {
    const std::size_t part = bytes.copy(partial_.data() + held, block_size - held);
    size_ += part;
    bytes.remove_prefix(part);
    if (size_ % block_size != 0) return;
    add_blocks(state_, {partial_.data(), block_size});
  }
  const std::size_t whole = bytes.size() / block_size * block_size;
  add_blocks(state_, bytes.substr(0, whole));
  bytes.copy(partial_.data(), block_size, whole);
  size_ += bytes.size();
}

// One bit, zeros, and the number of bits before it.
std::string Md5::finish() {
  const std::uint64_t bits = size_ * 8;
  constexpr std::size_t length_at = block_size - sizeof bits;
  const std::size_t held = size_ % block_size;
  std::string end(held < length_at ? block_size - held : 2 * block_size - held, '\0');
  end.front() = '\x80';
  std::memcpy(end.data() + end.size() - sizeof bits, &bits, sizeof bits);
  update(end);
  return {reinterpret_cast<const char*>(state_.data()), sizeof state_};
}

}  // namespace millrace::base
