// Multipart uploads: their parts, and the pure rules by which parts become one object.
#pragma once

#include "objects/checksum.hpp"
#include "objects/objects.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace millrace::objects {

constexpr std::uint64_t object_limit = 5ULL * 1024 * 1024 * 1024 * 1024;
constexpr int last_part_number = 10'000;
constexpr std::uint64_t least_part_size = 5 * 1024 * 1024;  // of all parts but the last

struct Upload {
  std::string id;  // in order of initiation
  std::string bucket;
  std::string key;
  std::string initiator;  // ARN of the principal that began it
  base::Timestamp initiated;
  PutOptions options;
  std::string checksum_algorithm;  // "CRC32"; empty: the default's checksum is computed
  std::string checksum_type;       // FULL_OBJECT or COMPOSITE, empty with the algorithm
};

struct Part {
  int number = 0;
  std::uint64_t size = 0;
  std::string etag;  // without quotes
  base::Timestamp modified;
  Attributes checksums;
  store::BlobId blob;
};

// A part as the completing request names it.
struct AskedPart {
  int number = 0;
  std::string etag;
  Attributes checksums;  // those that were given
};

struct InvalidPart : std::runtime_error {
  explicit InvalidPart(const AskedPart& part)
      : std::runtime_error("no such part " + std::to_string(part.number)), asked(part) {}
  AskedPart asked;
};
struct PartTooSmall : std::runtime_error {
  explicit PartTooSmall(const Part& small)
      : std::runtime_error("part " + std::to_string(small.number) + " is too small"), part(small) {}
  Part part;
};

struct ObjectTooLarge : std::runtime_error {
  explicit ObjectTooLarge(std::uint64_t whole)
      : std::runtime_error("the parts make " + std::to_string(whole) + " bytes"), size(whole) {}
  std::uint64_t size;
};

// What the parts make together.
struct Assembly {
  std::vector<Part> parts;  // those asked for, in order
  std::uint64_t size = 0;
  std::string etag;
  Attributes checksums;
  std::string checksum_type;
};

// Of an object made of parts with these ETags; those that are no digests count as empty.
[[nodiscard]] std::string multipart_etag(const std::vector<std::string>& etags);

// `stored` and `asked` are in order of their numbers; `asked` is not empty. Throws InvalidPart,
// PartTooSmall or ObjectTooLarge.
[[nodiscard]] Assembly assemble(const Upload& upload, const std::vector<Part>& stored,
                                const std::vector<AskedPart>& asked);

}  // namespace millrace::objects
