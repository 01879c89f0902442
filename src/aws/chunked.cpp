#include "aws/chunked.hpp"

#include "aws/sigv4.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <charconv>

namespace millrace::aws {

namespace {

constexpr std::size_t line_limit = 4096;
constexpr std::size_t trailer_limit = 32;
constexpr std::size_t buffer_size = 64 * 1024;

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool has_trailer(PayloadKind kind) {
  return kind == PayloadKind::signed_chunks_trailer || kind == PayloadKind::unsigned_chunks_trailer;
}

[[noreturn]] void body_mismatch() {
  throw SignatureError(SignatureFault::mismatch,
                       "The request signature we calculated does not match the signature you "
                       "provided. Check your key "
                       "and signing method.");
}

}  // namespace

std::optional<PayloadKind> payload_kind(std::string_view content_sha256) {
  if (content_sha256 == "UNSIGNED-PAYLOAD") return PayloadKind::unsigned_single;
  if (content_sha256 == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD") return PayloadKind::signed_chunks;
  if (content_sha256 == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER")
    return PayloadKind::signed_chunks_trailer;
  if (content_sha256 == "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
    return PayloadKind::unsigned_chunks_trailer;
  if (content_sha256 == "STREAMING-AWS4-HMAC-SHA256-EVENTS") return PayloadKind::signed_events;
  const bool is_digest = content_sha256.size() == 64 && std::ranges::all_of(content_sha256, is_hex);
  return is_digest ? std::optional(PayloadKind::single) : std::nullopt;
}

std::optional<base::HashKind> checksum_kind(std::string_view header) {
  using base::HashKind;
  constexpr std::pair<std::string_view, HashKind> kinds[] = {
      {"x-amz-checksum-crc32", HashKind::crc32},
      {"x-amz-checksum-crc32c", HashKind::crc32c},
      {"x-amz-checksum-crc64nvme", HashKind::crc64nvme},
      {"x-amz-checksum-sha1", HashKind::sha1},
      {"x-amz-checksum-sha256", HashKind::sha256},
      {"x-amz-checksum-sha512", HashKind::sha512},
      {"x-amz-checksum-md5", HashKind::md5},
      {"x-amz-checksum-xxhash64", HashKind::xxhash64},
      {"x-amz-checksum-xxhash3", HashKind::xxhash3},
      {"x-amz-checksum-xxhash128", HashKind::xxhash128}};
  for (const auto& [name, kind] : kinds) {
    if (base::equal_ignoring_case(name, header)) return kind;
  }
  return std::nullopt;
}

ChunkedReader::ChunkedReader(base::Reader& framed, PayloadKind kind,
                             std::optional<ChunkSigning> signing,
                             std::optional<std::uint64_t> decoded_length,
                             std::string_view announced_trailers)
    : framed_(framed), kind_(kind), signing_(std::move(signing)), decoded_length_(decoded_length) {
  for (const std::string_view piece : base::split(announced_trailers, ',')) {
    const std::string name = base::lower(base::trim(piece));
    if (const auto checksum = checksum_kind(name)) checksums_.emplace(name, base::Hash(*checksum));
  }
}

std::size_t ChunkedReader::read(char* out, std::size_t size) {
  if (finished_ || size == 0) return 0;
  if (!in_chunk_) begin_chunk();
  if (finished_) return 0;
  if (at_ == buffer_.size()) {
    buffer_.resize(buffer_size);
    buffer_.resize(framed_.read(buffer_.data(), buffer_.size()));
    at_ = 0;
    if (buffer_.empty()) throw ChunkError("The body ended within a chunk");
  }
  const std::size_t count =
      static_cast<std::size_t>(std::min<std::uint64_t>({size, left_, buffer_.size() - at_}));
  const std::string_view bytes(buffer_.data() + at_, count);
  bytes.copy(out, count);
  if (chunk_hash_) chunk_hash_->update(bytes);
  for (auto& [name, hash] : checksums_) hash.update(bytes);
  at_ += count;
  left_ -= count;
  total_ += count;
  if (left_ == 0) end_chunk();
  return count;
}

char ChunkedReader::next() {
  if (at_ == buffer_.size()) {
    buffer_.resize(buffer_size);
    buffer_.resize(framed_.read(buffer_.data(), buffer_.size()));
    at_ = 0;
    if (buffer_.empty()) throw ChunkError("The body ended before its last chunk");
  }
  return buffer_[at_++];
}

std::string ChunkedReader::line() {
  std::string text;
  for (char c = next(); c != '\n'; c = next()) {
    if (text.size() == line_limit) throw ChunkError("A chunk's head is too long");
    text += c;
  }
  if (text.ends_with('\r')) text.pop_back();
  return text;
}

// SIZE[;chunk-signature=HEX]
void ChunkedReader::begin_chunk() {
  const std::string head = line();
  const std::string_view size_text = std::string_view(head).substr(0, head.find(';'));
  const char* end = size_text.data() + size_text.size();
  const auto [stopped, error] = std::from_chars(size_text.data(), end, left_, 16);
  if (error != std::errc() || stopped != end)
    throw ChunkError("A chunk's size is not a number: " + head);
  constexpr std::string_view mark = ";chunk-signature=";
  const auto at = head.find(mark);
  chunk_signature_ = at == std::string::npos ? "" : head.substr(at + mark.size());
  if (decoded_length_ && (left_ > *decoded_length_ || total_ > *decoded_length_ - left_)) {
    throw ChunkError("The body is longer than x-amz-decoded-content-length");
  }
  if (left_ == 0) return finish();
  in_chunk_ = true;
  if (signing_) chunk_hash_.emplace(base::HashKind::sha256);
}

void ChunkedReader::end_chunk() {
  in_chunk_ = false;
  if (!line().empty()) throw ChunkError("A chunk is longer than its size");
  if (chunk_hash_) check_chunk(base::hex(chunk_hash_->finish()));
  chunk_hash_.reset();
}

void ChunkedReader::check_chunk(std::string_view chunk_digest) {
  if (!signing_) return;
  const std::string text = "AWS4-HMAC-SHA256-PAYLOAD\n" + signing_->timestamp + "\n" +
                           signing_->scope + "\n" + signing_->previous + "\n" +
                           std::string(empty_digest) + "\n" + std::string(chunk_digest);
  const std::string expected = sign(signing_->key, text);
  if (!base::equal_in_constant_time(expected, chunk_signature_)) body_mismatch();
  signing_->previous = expected;
}

void ChunkedReader::finish() {
  check_chunk(empty_digest);
  if (decoded_length_ && total_ != *decoded_length_) {
    throw ChunkError(
        "You did not provide the number of bytes specified by the x-amz-decoded-content-length "
        "header");
  }
  if (has_trailer(kind_)) {
    read_trailers();
  } else if (!line().empty()) {
    throw ChunkError("Bytes follow the last chunk");
  }
  check_checksums();
  finished_ = true;
}

void ChunkedReader::read_trailers() {
  std::string signed_text;
  std::string signature;
  std::size_t lines = 0;
  for (std::string text = line(); !text.empty(); text = line()) {
    if (++lines > trailer_limit) throw ChunkError("There are too many trailers");
    const auto colon = text.find(':');
    if (colon == std::string::npos) throw ChunkError("A trailer has no colon");
    const std::string name = base::lower(base::trim(std::string_view(text).substr(0, colon)));
    const std::string value(base::trim(std::string_view(text).substr(colon + 1)));
    if (name == "x-amz-trailer-signature") {
      signature = value;
    } else {
      trailers_.insert_or_assign(name, value);
      signed_text += name + ":" + value + "\n";
    }
  }
  if (kind_ == PayloadKind::signed_chunks_trailer) check_trailer_signature(signed_text, signature);
}

void ChunkedReader::check_trailer_signature(const std::string& text, const std::string& signature) {
  if (!signing_) return;
  const std::string to_sign = "AWS4-HMAC-SHA256-TRAILER\n" + signing_->timestamp + "\n" +
                              signing_->scope + "\n" + signing_->previous + "\n" +
                              base::sha256_hex(text);
  if (!base::equal_in_constant_time(sign(signing_->key, to_sign), signature)) body_mismatch();
}

void ChunkedReader::check_checksums() {
  for (auto& [name, hash] : checksums_) {
    const auto sent = trailers_.find(name);
    if (sent == trailers_.end()) throw ChunkError("The announced trailer " + name + " is missing");
    if (base::base64(hash.finish()) != sent->second) throw ChecksumMismatch(name);
  }
}

std::string ChunkedReader::trailer(std::string_view name) const {
  const auto found = trailers_.find(base::lower(name));
  return found == trailers_.end() ? std::string() : found->second;
}

std::size_t DigestReader::read(char* out, std::size_t size) {
  if (finished_ || size == 0) return 0;
  const std::size_t count = plain_.read(out, size);
  if (count > 0) {
    hash_.update({out, count});
    return count;
  }
  finished_ = true;
  if (base::hex(hash_.finish()) != expected_) {
    throw SignatureError(
        SignatureFault::body_mismatch,
        "The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
  return 0;
}

}  // namespace millrace::aws
