#include "store/stored_blob.hpp"

#include <algorithm>

namespace millrace::store {

namespace {
constexpr std::size_t read_step = 256 * 1024;
}

// Who began at the first byte and did not come to the last has bytes that nobody compared.
StoredBlob::~StoredBlob() {
  if (followed_ > 0 && followed_ < header_.length) reads_.note(id_);
}

std::size_t StoredBlob::read_at(std::uint64_t offset, char* out, std::size_t size) const {
  if (offset >= header_.length) return 0;
  const auto part =
      static_cast<std::size_t>(std::min<std::uint64_t>(size, header_.length - offset));
  const std::size_t got =
      on_disk([&] { return file_->read_at(file_header_size + offset, out, part); });
  if (got != part) refuse();
  follow(offset, {out, part});
  return part;
}

int StoredBlob::descriptor() const {
  const int descriptor = file_->descriptor();
  if (descriptor >= 0) reads_.note(id_);
  return descriptor;
}

void StoredBlob::follow(std::uint64_t offset, std::string_view bytes) const {
  const std::lock_guard guard(mutex_);
  if (offset != followed_) return reads_.note(id_);
  hash_.update(bytes);
  followed_ += bytes.size();
  if (followed_ < header_.length) return;
  if (hash_.finish() != header_.check) refuse();
  reads_.found_whole(id_);
}

void StoredBlob::expect_whole() const {
  if (reads_.is_known_whole(id_)) return;
  base::Hash hash(base::HashKind::xxhash128);
  std::string step(std::min<std::uint64_t>(read_step, header_.length), '\0');
  for (std::uint64_t at = 0; at < header_.length; at += step.size()) {
    const std::size_t size = std::min<std::uint64_t>(step.size(), header_.length - at);
    const std::size_t got =
        on_disk([&] { return file_->read_at(file_header_size + at, step.data(), size); });
    if (got != size) refuse();
    hash.update({step.data(), size});
  }
  if (hash.finish() != header_.check) refuse();
  reads_.found_whole(id_);
}

void expect_whole(const Blob& blob) {
  // Others are held in memory, or find out as they are read.
  if (const auto* stored = dynamic_cast<const StoredBlob*>(&blob)) stored->expect_whole();
}

void StoredBlob::refuse() const {
  reads_.doubt(id_);
  throw DamagedBlob("the blob " + id_.text + " is damaged: its bytes do not match their checksum");
}

}  // namespace millrace::store
