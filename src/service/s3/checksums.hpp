// The digests by which a sender proves its bytes: read from a request, compared with what came.
#pragma once

#include "aws/operation.hpp"
#include "objects/object_store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace millrace::service::s3 {

struct GivenChecksums {
  objects::Attributes values;  // by member name
  std::string algorithm;       // announced for a trailer
  std::optional<std::string> content_md5;
};

// The Checksum* members alone.
[[nodiscard]] objects::Attributes read_checksum_values(const aws::View& in);
[[nodiscard]] GivenChecksums read_checksums(const aws::View& in);

// The kind that the sender gives in a header or will give in a trailer; null when none. Refuses
// several, and one announced but not given.
[[nodiscard]] const objects::ChecksumKind* given_kind(const aws::Call& call,
                                                      const GivenChecksums& given);
// Refuses a body without a length, or beyond what one request may bring.
void check_length(const aws::Call& call, const std::optional<std::int64_t>& length);
// Refuses malformed values, before any byte is read.
void check_forms(const GivenChecksums& given);
// Refuses bytes that differ from what was given, in headers or trailer.
void verify(const aws::Call& call, const GivenChecksums& given, const objects::Draft& draft);

// Refuses a request whose body nothing vouches for, where S3 insists on that.
void require_body_checksum(const aws::Call& call);
// Refuses a put that must be vouched for and is not.
void require_checksum(const GivenChecksums& given);
// Takes the members that announce a body's digest, which is checked where bodies are read.
void note_digests(const aws::View& in);
void note_checksum(const aws::View& in);  // of an operation without Content-MD5

[[nodiscard]] std::string header_of(const objects::ChecksumKind& kind);
[[nodiscard]] aws::Error checksum_differs(const objects::ChecksumKind& kind);
[[nodiscard]] const objects::ChecksumKind* kind_of_member(std::string_view member);

}  // namespace millrace::service::s3
