#include "objects/checksum.hpp"

#include "base/encoding.hpp"

#include <algorithm>
#include <array>

namespace millrace::objects {

namespace {

using base::HashKind;

// CRCs of pieces combine to the CRC of the whole; the others cannot, so they have no full-object
// form for multipart uploads. CRC64NVME has no composite one.
constexpr std::array kinds = {
    ChecksumKind{"CRC64NVME", "ChecksumCRC64NVME", HashKind::crc64nvme, 8, true, false},
    ChecksumKind{"CRC32", "ChecksumCRC32", HashKind::crc32, 4, true, true},
    ChecksumKind{"CRC32C", "ChecksumCRC32C", HashKind::crc32c, 4, true, true},
    ChecksumKind{"SHA1", "ChecksumSHA1", HashKind::sha1, 20},
    ChecksumKind{"SHA256", "ChecksumSHA256", HashKind::sha256, 32},
    ChecksumKind{"SHA512", "ChecksumSHA512", HashKind::sha512, 64},
    ChecksumKind{"MD5", "ChecksumMD5", HashKind::md5, 16},
    ChecksumKind{"XXHASH64", "ChecksumXXHASH64", HashKind::xxhash64, 8},
    ChecksumKind{"XXHASH3", "ChecksumXXHASH3", HashKind::xxhash3, 8},
    ChecksumKind{"XXHASH128", "ChecksumXXHASH128", HashKind::xxhash128, 16},
};

}  // namespace

std::span<const ChecksumKind> checksum_kinds() { return kinds; }

const ChecksumKind* find_checksum_kind(std::string_view name) {
  const auto* found = std::ranges::find(kinds, name, &ChecksumKind::name);
  return found == kinds.end() ? nullptr : found;
}

const ChecksumKind& default_checksum_kind() { return kinds.front(); }

const std::string* find_attribute(const Attributes& attributes, std::string_view name) {
  for (const auto& [key, value] : attributes) {
    if (key == name) return &value;
  }
  return nullptr;
}

Digests::Digests(const std::vector<const ChecksumKind*>& asked) : md5_(HashKind::md5) {
  for (const ChecksumKind* kind : asked) others_.emplace_back(kind, base::Hash(kind->hash));
}

void Digests::update(std::string_view bytes) {
  md5_.update(bytes);
  for (auto& [kind, hash] : others_) hash.update(bytes);
}

std::string Digests::finish_md5() { return md5_.finish(); }

Attributes Digests::finish_checksums() {
  Attributes found;
  for (auto& [kind, hash] : others_) {
    found.emplace_back(kind->member, base::base64(hash.finish()));
  }
  return found;
}

}  // namespace millrace::objects
