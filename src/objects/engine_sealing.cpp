// Encryption in the engine: what new bytes are sealed with, and sealed pieces opened.
#include "base/assert.hpp"
#include "objects/engine.hpp"
#include "objects/wrapped_key.hpp"

namespace millrace::objects {

namespace {

constexpr std::size_t etag_digits = 32;

// S3's ETags are a digest of the bytes where these lie plain or under its own key alone.
bool has_digest_as_etag(const Encryption& encryption) {
  return encryption.kind != sse_kms && encryption.kind != sse_c;
}

}  // namespace

const Seals& Engine::seals() const {
  MILLRACE_ASSERT(seals_.has_value());
  return *seals_;
}

Encryption Engine::default_encryption(const Bucket& bucket, std::string_view account) const {
  if (!seals_) return {};
  return objects::default_encryption(bucket, sealed_otherwise_, account, *seals_);
}

std::string Engine::managed_key(std::string_view account, std::string_view region) const {
  return seals().managed_key(account, region);
}

Protection Engine::protect_by(const std::string& customer_key) const {
  return objects::protect_by(customer_key, random_);
}

Draft Engine::begin_draft(const Protection& protection) {
  Draft draft{.bytes = blobs_.create(), .size = 0, .md5 = {}, .checksums = {}, .etag = {}};
  draft.encryption = protection.encryption;
  if (draft.encryption.kind.empty()) return draft;
  auto [writer, wrapped_key] = seals().seal(std::move(draft.bytes), protection);
  draft.bytes = std::move(writer);
  draft.wrapped_key = std::move(wrapped_key);
  if (!has_digest_as_etag(draft.encryption)) draft.etag = base::random_hex(random_, etag_digits);
  return draft;
}

std::unique_ptr<store::Blob> Engine::open_piece(const rows::StoredPiece& piece,
                                                const Protection& protection) {
  const store::BlobId id{piece.blob};
  auto blob = blobs_.open(id);
  const auto wrapped_key = wrapped_key_in(id);
  // Never shown as something that it is not: bytes without a key where the object says encrypted,
  // or the other way round, are damage.
  if (wrapped_key.has_value() == protection.encryption.kind.empty()) {
    throw store::StoreError("an object and its bytes differ in their encryption");
  }
  if (!wrapped_key) return blob;
  auto opened = seals().open(std::move(blob), *wrapped_key, protection);
  if (opened->size() != piece.range.length) {
    throw store::StoreError("a sealed body is not as long as its row says");
  }
  return opened;
}

}  // namespace millrace::objects
