// A request's body after its framing: chunks decoded, signatures, digests and checksums verified as
// the bytes pass.
#pragma once

#include "aws/chunked.hpp"
#include "aws/sigv4.hpp"
#include "base/stream.hpp"
#include "http/message.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::aws {

// How the body is framed and signed.
struct BodyPlan {
  PayloadKind kind = PayloadKind::unsigned_single;
  std::string digest;                   // of a single signed payload, where the head says it
  std::optional<ChunkSigning> signing;  // of signed chunks
  std::optional<std::uint64_t> decoded_length;
  std::string trailers;  // announced by x-amz-trailer
};

// Of the head alone. Throws SignatureError when x-amz-content-sha256 is no word of AWS's.
[[nodiscard]] BodyPlan plan_body(const http::Request& request);

// The decoding of a streamed body; `plain` outlives it.
class DecodedBody {
 public:
  DecodedBody(base::Reader& plain, const BodyPlan& plan);
  [[nodiscard]] base::Reader& reader() { return *reader_; }
  [[nodiscard]] std::string trailer(std::string_view name) const;

 private:
  std::unique_ptr<ChunkedReader> chunked_;
  std::unique_ptr<DigestReader> digest_;
  base::Reader* reader_;
};

// A gathered body decoded and checked as a streamed one is. Throws SignatureError, ChunkError,
// ChecksumMismatch.
[[nodiscard]] std::string decode_body(std::string gathered, const BodyPlan& plan);
// A body that its client compressed by gzip; throws ChunkError when it is none or larger than
// `limit`.
[[nodiscard]] std::string decompress(std::string_view compressed, std::size_t limit);
// x-amz-checksum-* and Content-MD5 of the head against a gathered body; throws ChecksumMismatch.
void check_declared_checksums(const http::Request& request, std::string_view body);
// A header that `check_declared_checksums` and the framing have dealt with.
[[nodiscard]] bool is_transport_header(std::string_view name, bool checked);

}  // namespace millrace::aws
