// Generators, and identifiers drawn from them.
#include "base/random.hpp"

#include "base/assert.hpp"
#include "base/encoding.hpp"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace millrace::base {

void SystemRandom::fill(void* out, std::size_t size) {
  auto* at = static_cast<char*>(out);
  while (size > 0) {
    const ssize_t got = ::getrandom(at, size, 0);
    if (got < 0) {
      MILLRACE_ASSERT(errno == EINTR);
      continue;
    }
    at += got;
    size -= static_cast<std::size_t>(got);
  }
}

// SplitMix64 (Steele, Lea, Flood 2014).
void SeededRandom::fill(void* out, std::size_t size) {
  auto* at = static_cast<char*>(out);
  while (size > 0) {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    z ^= z >> 31;
    const std::size_t part = std::min(size, sizeof z);
    std::memcpy(at, &z, part);
    at += part;
    size -= part;
  }
}

std::uint64_t random_number(Random& random) {
  std::uint64_t number = 0;
  random.fill(&number, sizeof number);
  return number;
}

std::string random_bytes(Random& random, std::size_t size) {
  std::string bytes(size, '\0');
  random.fill(bytes.data(), size);
  return bytes;
}

std::string random_hex(Random& random, std::size_t digits) {
  return hex(random_bytes(random, (digits + 1) / 2)).substr(0, digits);
}

std::string random_text(Random& random, std::size_t length, const char* alphabet) {
  const std::string_view letters(alphabet);
  MILLRACE_ASSERT(!letters.empty() && letters.size() <= 256);
  const std::size_t fair = 256 - 256 % letters.size();  // bytes from here on would favour some
  std::string text;
  text.reserve(length);
  while (text.size() < length) {
    for (const char c : random_bytes(random, length - text.size())) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < fair) text += letters[byte % letters.size()];
    }
  }
  return text;
}

std::string uuid4(Random& random) {
  std::string bytes = random_bytes(random, 16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  std::string text = hex(bytes);
  for (const std::size_t place : {8U, 13U, 18U, 23U}) text.insert(place, 1, '-');
  return text;
}

}  // namespace millrace::base
