// Blobs open for reading: a large one in its file, a small one in memory.
#pragma once

#include "base/files.hpp"
#include "base/hash.hpp"
#include "store/blob_format.hpp"
#include "store/cared_blobs.hpp"
#include "store/recent_bodies.hpp"
#include "store/unchecked_reads.hpp"

#include <memory>
#include <mutex>

namespace millrace::store {

// Runs `call`; what goes wrong with a file becomes a StoreError.
template <class Call>
auto on_disk(const Call& call) {
  try {
    return call();
  } catch (const base::FileError& error) {
    throw StoreError(error.what());
  }
}

// Whoever reads it from end to end is told by the last step when its bytes are not those that were
// stored; what is read in parts or by the descriptor is noted, to be looked at afterwards.
class StoredBlob final : public Blob {
 public:
  // `reads` outlives it.
  StoredBlob(std::unique_ptr<base::File> file, BlobId id, FileHeader header, UncheckedReads& reads)
      : file_(std::move(file)), id_(std::move(id)), header_(std::move(header)), reads_(reads) {}
  StoredBlob(const StoredBlob&) = delete;
  StoredBlob& operator=(const StoredBlob&) = delete;
  ~StoredBlob() override;

  [[nodiscard]] std::uint64_t size() const override { return header_.length; }
  std::size_t read_at(std::uint64_t offset, char* out, std::size_t size) const override;
  [[nodiscard]] int descriptor() const override;
  [[nodiscard]] std::uint64_t offset() const override { return file_header_size; }
  [[nodiscard]] std::optional<std::string_view> held() const override { return std::nullopt; }
  void expect_whole() const;

 private:
  // Compares with the checksum what is read in order.
  void follow(std::uint64_t offset, std::string_view bytes) const;
  [[noreturn]] void refuse() const;

  const std::unique_ptr<base::File> file_;
  const BlobId id_;
  const FileHeader header_;
  UncheckedReads& reads_;
  mutable std::mutex mutex_;
  mutable base::Hash hash_{base::HashKind::xxhash128};  // guarded by mutex_, as all below
  mutable std::uint64_t followed_ = 0;                  // bytes from the first on
};

// One read brings header and body: a file's descriptor is for children.
class HeldBlob final : public Blob {
 public:
  HeldBlob(std::shared_ptr<base::File> segment, std::uint64_t offset, RecentBodies::Entry entry)
      : segment_(std::move(segment)), offset_(offset), entry_(std::move(entry)) {}
  [[nodiscard]] std::uint64_t size() const override { return bytes().size(); }
  std::size_t read_at(std::uint64_t offset, char* out, std::size_t size) const override {
    return offset < bytes().size() ? bytes().copy(out, size, static_cast<std::size_t>(offset)) : 0;
  }
  [[nodiscard]] int descriptor() const override { return segment_->descriptor(); }
  [[nodiscard]] std::uint64_t offset() const override { return offset_ + entry_header_size; }
  [[nodiscard]] std::optional<std::string_view> held() const override { return bytes(); }

 private:
  [[nodiscard]] std::string_view bytes() const {
    return std::string_view(*entry_).substr(entry_header_size);
  }

  const std::shared_ptr<base::File> segment_;  // shared with the other blobs read from it
  const std::uint64_t offset_;                 // of the entry
  const RecentBodies::Entry entry_;
};

}  // namespace millrace::store
