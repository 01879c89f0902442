#include "aws/body.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"

#include <zlib.h>

#include <new>

namespace millrace::aws {

BodyPlan plan_body(const http::Request& request) {
  BodyPlan plan;
  const std::string* said = request.headers.find("x-amz-content-sha256");
  if (!said) return plan;
  const auto kind = payload_kind(*said);
  if (!kind) {
    throw SignatureError(
        SignatureFault::body_mismatch,
        "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid "
        "sha256 value.");
  }
  plan.kind = *kind;
  if (plan.kind == PayloadKind::single) plan.digest = base::lower(*said);
  if (const auto length = base::to_integer(request.headers.get("x-amz-decoded-content-length"));
      length && *length >= 0) {
    plan.decoded_length = static_cast<std::uint64_t>(*length);
  }
  plan.trailers = request.headers.get("x-amz-trailer");
  return plan;
}

DecodedBody::DecodedBody(base::Reader& plain, const BodyPlan& plan) : reader_(&plain) {
  if (is_chunked(plan.kind)) {
    chunked_ = std::make_unique<ChunkedReader>(plain, plan.kind, plan.signing, plan.decoded_length,
                                               plan.trailers);
    reader_ = chunked_.get();
  } else if (!plan.digest.empty()) {
    digest_ = std::make_unique<DigestReader>(plain, plan.digest);
    reader_ = digest_.get();
  }
}

std::string DecodedBody::trailer(std::string_view name) const {
  return chunked_ ? chunked_->trailer(name) : "";
}

std::string decode_body(std::string gathered, const BodyPlan& plan) {
  if (!is_chunked(plan.kind) && plan.digest.empty()) return gathered;
  if (gathered.empty() && plan.digest == empty_digest) return gathered;
  const std::size_t limit = gathered.size();
  const base::MemorySource source(std::move(gathered));
  base::SourceReader plain(source);
  DecodedBody decoded(plain, plan);
  return base::read_all(decoded.reader(), limit);
}

std::string decompress(std::string_view compressed, std::size_t limit) {
  constexpr int gzip_window = 16 + MAX_WBITS;
  z_stream stream{};
  if (inflateInit2(&stream, gzip_window) != Z_OK) throw std::bad_alloc();
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> ended(&stream, inflateEnd);
  std::string in(compressed);  // zlib's interface takes no constant input
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  std::string out;
  std::string piece(64 * 1024, '\0');
  for (int state = Z_OK; state != Z_STREAM_END;) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    state = inflate(&stream, Z_NO_FLUSH);
    if (state != Z_OK && state != Z_STREAM_END)
      throw ChunkError("The body is not well-formed gzip");
    out.append(piece, 0, piece.size() - stream.avail_out);
    if (out.size() > limit) throw ChunkError("The decompressed body is larger than Millrace takes");
  }
  return out;
}

void check_declared_checksums(const http::Request& request, std::string_view body) {
  for (const auto& [name, value] : request.headers) {
    if (base::equal_ignoring_case(name, "content-md5")) {
      if (base::base64(base::digest(base::HashKind::md5, body)) != value)
        throw ChecksumMismatch("Content-MD5");
    } else if (const auto kind = checksum_kind(name)) {
      if (base::base64(base::digest(*kind, body)) != value)
        throw ChecksumMismatch(base::lower(name));
    }
  }
}

bool is_transport_header(std::string_view name, bool checked) {
  if (base::equal_ignoring_case(name, "content-length")) return true;
  // S3 weighs it for every request of a bucket, whatever the operation.
  if (base::equal_ignoring_case(name, "x-amz-request-payer")) return true;
  return checked && (base::equal_ignoring_case(name, "content-md5") || checksum_kind(name) ||
                     base::equal_ignoring_case(name, "x-amz-sdk-checksum-algorithm"));
}

}  // namespace millrace::aws
