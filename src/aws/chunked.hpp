// The aws-chunked framing of a streamed body: chunk signatures and trailing checksums, verified as
// the bytes pass.
#pragma once

#include "base/hash.hpp"
#include "base/stream.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::aws {

// Of no bytes.
constexpr std::string_view empty_digest =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

enum class PayloadKind {
  single,
  unsigned_single,
  signed_chunks,
  signed_chunks_trailer,
  unsigned_chunks_trailer,
  signed_events  // an event stream whose messages are signed, each within another
};
// Of the x-amz-content-sha256 header; nothing for a word that is none of AWS's (or SigV4A's).
[[nodiscard]] std::optional<PayloadKind> payload_kind(std::string_view content_sha256);
[[nodiscard]] constexpr bool is_chunked(PayloadKind kind) {
  return kind == PayloadKind::signed_chunks || kind == PayloadKind::signed_chunks_trailer ||
         kind == PayloadKind::unsigned_chunks_trailer;
}

// What chunk signatures are made with. `previous` begins as the request's own signature.
struct ChunkSigning {
  std::string key;
  std::string timestamp;
  std::string scope;
  std::string previous;
};

// The framing is broken or a length is wrong; signatures and digests fail as SignatureError, a
// trailer's checksum as BadTrailer.
struct ChunkError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct ChecksumMismatch : std::runtime_error {
  explicit ChecksumMismatch(std::string header)
      : std::runtime_error("The " + header +
                           " you specified did not match the calculated checksum."),
        name(std::move(header)) {}
  std::string name;
};

// Reads the decoded bytes of `framed`, which must outlive it. `signing` is absent for unsigned
// chunks or unchecked requests.
class ChunkedReader final : public base::Reader {
 public:
  ChunkedReader(base::Reader& framed, PayloadKind kind, std::optional<ChunkSigning> signing,
                std::optional<std::uint64_t> decoded_length, std::string_view announced_trailers);
  std::size_t read(char* out, std::size_t size) override;
  [[nodiscard]] std::string trailer(std::string_view name) const;

 private:
  char next();
  std::string line();
  void begin_chunk();
  void end_chunk();
  void finish();
  void read_trailers();
  void check_chunk(std::string_view chunk_digest);
  void check_trailer_signature(const std::string& text, const std::string& signature);
  void check_checksums();

  base::Reader& framed_;
  PayloadKind kind_;
  std::optional<ChunkSigning> signing_;
  std::optional<std::uint64_t> decoded_length_;
  std::map<std::string, base::Hash, std::less<>> checksums_;  // by trailer name
  std::map<std::string, std::string, std::less<>> trailers_;
  std::optional<base::Hash> chunk_hash_;
  std::string chunk_signature_;
  std::uint64_t left_ = 0;
  std::uint64_t total_ = 0;
  bool in_chunk_ = false;
  bool finished_ = false;
  std::string buffer_;
  std::size_t at_ = 0;
};

// A body whose digest must be `hex_digest`: the last read throws SignatureError when it is not.
class DigestReader final : public base::Reader {
 public:
  DigestReader(base::Reader& plain, std::string hex_digest)
      : plain_(plain), expected_(std::move(hex_digest)), hash_(base::HashKind::sha256) {}
  std::size_t read(char* out, std::size_t size) override;

 private:
  base::Reader& plain_;
  std::string expected_;
  base::Hash hash_;
  bool finished_ = false;
};

// The kind of checksum that a header x-amz-checksum-NAME carries.
[[nodiscard]] std::optional<base::HashKind> checksum_kind(std::string_view header);

}  // namespace millrace::aws
