// Bodies that lie encrypted on the disk, as writers and readers of plaintext see them:
// docs/formats/sealed.md.
#pragma once

#include "store/blobs.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace millrace::objects {

constexpr std::size_t sealed_header_size = 16;
constexpr std::size_t sealed_chunk_size = 64 * 1024;  // of plaintext; the last one is shorter

// The 32 bytes that one body is encrypted with, and no other; wiped when they go.
class DataKey {
 public:
  explicit DataKey(std::string bytes);
  DataKey(DataKey&&) noexcept = default;
  DataKey& operator=(DataKey&&) noexcept = default;
  ~DataKey();
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

// What is written to it reaches `below` encrypted. Its size is the plaintext's.
[[nodiscard]] std::unique_ptr<store::BlobWriter> seal_writer(
    std::unique_ptr<store::BlobWriter> below, const DataKey& key);

// The plaintext of `below`. Every byte was found to be genuine before it is given out; StoreError,
// here or while reading, where the body was altered, cut, or is another's. What fits one chunk is
// held. It has no descriptor.
[[nodiscard]] std::unique_ptr<store::Blob> open_sealed(std::unique_ptr<store::Blob> below,
                                                       const DataKey& key);

}  // namespace millrace::objects
