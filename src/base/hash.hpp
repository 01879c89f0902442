// Digests and checksums, whole and incremental. Results are raw bytes (checksums big-endian, as S3
// sends them).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace millrace::base {

enum class HashKind {
  md5,
  sha1,
  sha256,
  sha512,
  crc32,
  crc32c,
  crc64nvme,
  xxhash64,
  xxhash3,
  xxhash128
};

class Hash {
 public:
  explicit Hash(HashKind kind);
  Hash(Hash&&) noexcept;
  Hash& operator=(Hash&&) noexcept;
  ~Hash();
  void update(std::string_view bytes);
  [[nodiscard]] std::string finish();  // once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] std::string digest(HashKind kind, std::string_view bytes);
[[nodiscard]] std::string sha256_hex(std::string_view bytes);
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view message);
// A key made ready once: each signature then costs two block operations less. Safe from any thread.
class HmacSha256 {
 public:
  explicit HmacSha256(std::string_view key);
  HmacSha256(HmacSha256&&) noexcept;
  HmacSha256& operator=(HmacSha256&&) noexcept;
  ~HmacSha256();
  [[nodiscard]] std::string sign(std::string_view message) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};
// Continues from `seed`, the result for the bytes before; 0 at the beginning.
[[nodiscard]] std::uint32_t crc32c(std::uint32_t seed, std::string_view bytes);
// The CRC of two adjacent pieces from the CRCs of each: S3's full-object checksum of a multipart
// upload. CRC kinds only.
[[nodiscard]] std::string combine_crc(HashKind kind, std::string_view left, std::string_view right,
                                      std::uint64_t right_size);
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace millrace::base
