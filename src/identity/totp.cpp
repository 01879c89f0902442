#include "identity/totp.hpp"

#include "base/assert.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace millrace::identity {
namespace {

constexpr std::size_t sha1_size = 20;
constexpr std::uint32_t six_digits = 1'000'000;

std::array<unsigned char, 8> big_endian(std::uint64_t number) {
  std::array<unsigned char, 8> bytes{};
  for (std::size_t i = bytes.size(); i-- > 0; number >>= 8) {
    bytes[i] = static_cast<unsigned char>(number & 0xff);
  }
  return bytes;
}

// RFC 4226, dynamic truncation: four bytes from where the last half byte points, without the sign.
std::uint32_t truncated(const std::array<unsigned char, sha1_size>& digest) {
  const std::size_t at = digest.back() & 0x0f;
  return (static_cast<std::uint32_t>(digest[at] & 0x7f) << 24) |
         (static_cast<std::uint32_t>(digest[at + 1]) << 16) |
         (static_cast<std::uint32_t>(digest[at + 2]) << 8) |
         static_cast<std::uint32_t>(digest[at + 3]);
}

}  // namespace

std::int64_t totp_step_at(base::Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count() /
         totp_step.count();
}

std::string totp_code(std::string_view seed, std::int64_t step) {
  const auto message = big_endian(static_cast<std::uint64_t>(step));
  std::array<unsigned char, sha1_size> digest{};
  unsigned size = 0;
  const unsigned char* made = HMAC(EVP_sha1(), seed.data(), static_cast<int>(seed.size()),
                                   message.data(), message.size(), digest.data(), &size);
  MILLRACE_ASSERT(made != nullptr && size == sha1_size);
  std::string code = std::to_string(truncated(digest) % six_digits);
  return std::string(6 - code.size(), '0') + code;
}

std::string base32(std::string_view bytes) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  MILLRACE_ASSERT(bytes.size() % 5 == 0);
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char byte : bytes) {
    bits = (bits << 8) | static_cast<unsigned char>(byte);
    for (count += 8; count >= 5; count -= 5) text += alphabet[(bits >> (count - 5)) & 0x1f];
  }
  return text;
}

}  // namespace millrace::identity
