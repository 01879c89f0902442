// A chunk's nonce is its number and whether it is the last: a chunk that is moved, left out or made
// the end does not open. A key seals one body, so no nonce is used twice.
#include "objects/sealed_blob.hpp"

#include "base/aes_gcm.hpp"
#include "base/assert.hpp"
#include "base/hash.hpp"

#include <algorithm>
#include <mutex>
#include <optional>

namespace millrace::objects {

namespace {

constexpr std::string_view magic = "millrsea";
constexpr std::uint32_t version = 1;
constexpr std::size_t check_offset = 12;
constexpr std::size_t stored_chunk_size = sealed_chunk_size + base::gcm_tag_size;

void append_little_endian(std::string& bytes, std::uint64_t word, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(word >> (8 * i) & 0xFF);
}

std::string make_header() {
  std::string header(magic);
  append_little_endian(header, version, sizeof version);
  append_little_endian(header, base::crc32c(0, header), sizeof(std::uint32_t));
  return header;
}

std::string nonce_of(std::uint64_t chunk, bool is_last) {
  std::string nonce;
  append_little_endian(nonce, chunk, sizeof chunk);
  append_little_endian(nonce, is_last ? 1 : 0, base::gcm_nonce_size - sizeof chunk);
  return nonce;
}

class SealingWriter final : public store::BlobWriter {
 public:
  SealingWriter(std::unique_ptr<store::BlobWriter> below, const DataKey& key)
      : below_(std::move(below)), cipher_(base::AesGcm::Way::seal, key.bytes()) {
    below_->write(header_);
  }

  // A chunk is sealed once it is known whether another one follows.
  void write(std::string_view bytes) override {
    size_ += bytes.size();
    while (waiting_.size() + bytes.size() > sealed_chunk_size) {
      const std::size_t missing = sealed_chunk_size - waiting_.size();
      if (waiting_.empty()) {
        put(bytes.substr(0, missing), false);
      } else {
        waiting_ += bytes.substr(0, missing);
        put(waiting_, false);
        waiting_.clear();
      }
      bytes.remove_prefix(missing);
    }
    waiting_ += bytes;
  }

  store::BlobId finish() override {
    put(waiting_, true);
    return below_->finish();
  }

  [[nodiscard]] std::uint64_t size() const override { return size_; }

 private:
  void put(std::string_view plain, bool is_last) {
    sealed_.resize(plain.size() + base::gcm_tag_size);
    cipher_.seal(nonce_of(chunk_++, is_last), header_, plain, sealed_.data());
    below_->write(sealed_);
  }

  const std::string header_ = make_header();
  std::unique_ptr<store::BlobWriter> below_;
  base::AesGcm cipher_;
  std::string waiting_;  // plaintext of the chunk that is being filled
  std::string sealed_;
  std::uint64_t chunk_ = 0;
  std::uint64_t size_ = 0;
};

// Where the chunks of a body lie; nullopt for a size that no sealed body has.
struct Layout {
  std::uint64_t chunks = 0;
  std::uint64_t size = 0;  // of the plaintext
};
std::optional<Layout> layout_of(std::uint64_t stored) {
  if (stored < sealed_header_size + base::gcm_tag_size) return std::nullopt;
  const std::uint64_t sealed = stored - sealed_header_size;
  const std::uint64_t chunks = (sealed + stored_chunk_size - 1) / stored_chunk_size;
  const std::uint64_t last = sealed - (chunks - 1) * stored_chunk_size;
  // Only the chunk of an empty body is empty.
  const std::uint64_t least = base::gcm_tag_size + (chunks > 1 ? 1 : 0);
  if (last < least) return std::nullopt;
  return Layout{.chunks = chunks, .size = sealed - chunks * base::gcm_tag_size};
}

class SealedBlob final : public store::Blob {
 public:
  SealedBlob(std::unique_ptr<store::Blob> below, const DataKey& key)
      : below_(std::move(below)), cipher_(base::AesGcm::Way::open, key.bytes()) {
    std::string header(sealed_header_size, '\0');
    header.resize(below_->read_at(0, header.data(), header.size()));
    const auto layout = layout_of(below_->size());
    if (header != header_ || !layout) throw store::StoreError("a sealed body is damaged");
    layout_ = *layout;
    // So that an empty body is one that was sealed empty, and a small one lies ready.
    if (layout_.chunks == 1) open_chunk(0);
  }

  [[nodiscard]] std::uint64_t size() const override { return layout_.size; }
  [[nodiscard]] int descriptor() const override { return -1; }
  [[nodiscard]] std::uint64_t offset() const override { return 0; }
  [[nodiscard]] std::optional<std::string_view> held() const override {
    if (layout_.chunks > 1) return std::nullopt;
    return opened_;
  }

  std::size_t read_at(std::uint64_t offset, char* out, std::size_t size) const override {
    if (offset >= layout_.size) return 0;
    const auto wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(size, layout_.size - offset));
    const std::lock_guard guard(mutex_);
    std::size_t done = 0;
    while (done < wanted) {
      done += read_from_chunk(offset + done, out + done, wanted - done);
    }
    return wanted;
  }

 private:
  [[nodiscard]] std::size_t plain_size(std::uint64_t chunk) const {
    const std::uint64_t left = layout_.size - chunk * sealed_chunk_size;
    return static_cast<std::size_t>(std::min<std::uint64_t>(left, sealed_chunk_size));
  }

  std::size_t read_from_chunk(std::uint64_t offset, char* out, std::size_t size) const {
    const std::uint64_t chunk = offset / sealed_chunk_size;
    const auto within = static_cast<std::size_t>(offset % sealed_chunk_size);
    const std::size_t plain = plain_size(chunk);
    if (within == 0 && size >= plain && opened_chunk_ != chunk) {
      open_to(chunk, out);
      return plain;
    }
    if (opened_chunk_ != chunk) open_chunk(chunk);
    return std::string_view(opened_).copy(out, size, within);
  }

  // Kept for the next read, which often goes on in the same chunk.
  void open_chunk(std::uint64_t chunk) const {
    opened_chunk_.reset();
    opened_.resize(plain_size(chunk));
    open_to(chunk, opened_.data());
    opened_chunk_ = chunk;
  }

  void open_to(std::uint64_t chunk, char* out) const {
    stored_.resize(plain_size(chunk) + base::gcm_tag_size);
    const std::size_t got = below_->read_at(sealed_header_size + chunk * stored_chunk_size,
                                            stored_.data(), stored_.size());
    const bool is_last = chunk + 1 == layout_.chunks;
    if (got != stored_.size() || !cipher_.open(nonce_of(chunk, is_last), header_, stored_, out)) {
      throw store::StoreError("a sealed body is damaged, or was sealed with another key");
    }
  }

  const std::string header_ = make_header();
  const std::unique_ptr<store::Blob> below_;
  Layout layout_;
  mutable std::mutex mutex_;
  mutable base::AesGcm cipher_;                        // guarded by mutex_, as all below
  mutable std::string stored_;                         // a chunk as it lies on the disk
  mutable std::string opened_;                         // a chunk's plaintext
  mutable std::optional<std::uint64_t> opened_chunk_;  // which one
};

}  // namespace

DataKey::DataKey(std::string bytes) : bytes_(std::move(bytes)) {
  MILLRACE_ASSERT(bytes_.size() == base::aes_key_size);
}

DataKey::~DataKey() { base::wipe(bytes_); }

std::unique_ptr<store::BlobWriter> seal_writer(std::unique_ptr<store::BlobWriter> below,
                                               const DataKey& key) {
  return std::make_unique<SealingWriter>(std::move(below), key);
}

std::unique_ptr<store::Blob> open_sealed(std::unique_ptr<store::Blob> below, const DataKey& key) {
  return std::make_unique<SealedBlob>(std::move(below), key);
}

}  // namespace millrace::objects
