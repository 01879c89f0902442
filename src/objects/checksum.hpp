// The checksums that an object may carry, and the digests taken of bytes while they pass.
#pragma once

#include "base/hash.hpp"
#include "objects/objects.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::objects {

// A checksum algorithm, and which checksums of a whole multipart upload it can give: one of all the
// bytes, or one of the parts' checksums.
struct ChecksumKind {
  std::string_view name;    // "CRC32"
  std::string_view member;  // "ChecksumCRC32"
  base::HashKind hash;
  std::size_t size;  // in bytes
  bool full_object = false;
  bool composite = true;
};

[[nodiscard]] std::span<const ChecksumKind> checksum_kinds();
[[nodiscard]] const ChecksumKind* find_checksum_kind(std::string_view name);
// What an object gets when its sender chose none.
[[nodiscard]] const ChecksumKind& default_checksum_kind();

[[nodiscard]] const std::string* find_attribute(const Attributes& attributes,
                                                std::string_view name);

constexpr std::string_view full_object_type = "FULL_OBJECT";
constexpr std::string_view composite_type = "COMPOSITE";

// MD5 and the asked checksums of one sequence of bytes.
class Digests {
 public:
  explicit Digests(const std::vector<const ChecksumKind*>& kinds);
  void update(std::string_view bytes);
  // Once: the raw MD5.
  [[nodiscard]] std::string finish_md5();
  // Once: by member name, in base64.
  [[nodiscard]] Attributes finish_checksums();

 private:
  base::Hash md5_;
  std::vector<std::pair<const ChecksumKind*, base::Hash>> others_;
};

}  // namespace millrace::objects
