// Bodies of a simulation, each telling its number, and how those of a put lie on the disk.
#pragma once

#include "base/text.hpp"
#include "objects/encryption.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace millrace::objects::testing {

// Every encrypted body is made of it, and every customer's key has it: it never lies on a disk.
constexpr std::string_view secret_words = "never lies plain";

// How what a put or an upload of this number brings is encrypted; empty: not at all.
inline std::string_view kind_of(int put) {
  constexpr std::array<std::string_view, 4> kinds = {"", sse_s3, sse_kms, sse_c};
  return kinds[static_cast<std::size_t>(put) / 6 % kinds.size()];
}

// Empty where the customer has none.
inline std::string customer_key_of(int put) {
  if (kind_of(put) != sse_c) return {};
  const std::string digits = std::to_string(put);
  return std::string(secret_words) + std::string(secret_words.size() - digits.size(), '0') + digits;
}

// In a segment, at the border of one, empty, in a file of its own.
inline std::string body_of(int number, bool is_secret) {
  constexpr std::array<std::size_t, 6> sizes = {700, 0, 30'000, 16 * 1024, 16 * 1024 + 1, 50};
  const std::size_t size = sizes[static_cast<std::size_t>(number) % sizes.size()];
  std::string body = size == 0 ? "" : std::to_string(number) + " ";
  while (is_secret && body.size() < size) body += secret_words;
  body.resize(size, static_cast<char>('a' + number % 26));
  return body;
}

// What a body tells: 0 where it is empty, negative where it is not what it says.
inline int told_by(std::string_view body, bool is_secret) {
  if (body.empty()) return 0;
  const auto number = base::to_integer(body.substr(0, body.find(' ')));
  const bool is_right = number && body == body_of(static_cast<int>(*number), is_secret);
  return is_right ? static_cast<int>(*number) : -1;
}

}  // namespace millrace::objects::testing
