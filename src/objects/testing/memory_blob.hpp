// Bodies in memory, for tests and fuzzing of what stands between blobs and their readers.
#pragma once

#include "store/blobs.hpp"

#include <string>

namespace millrace::objects::testing {

class MemoryBlobWriter final : public store::BlobWriter {
 public:
  explicit MemoryBlobWriter(std::string& to) : to_(to) {}
  void write(std::string_view bytes) override { to_ += bytes; }
  store::BlobId finish() override { return {.text = "memory"}; }
  [[nodiscard]] std::uint64_t size() const override { return to_.size(); }

 private:
  std::string& to_;
};

class MemoryBlob final : public store::Blob {
 public:
  explicit MemoryBlob(std::string bytes) : bytes_(std::move(bytes)) {}
  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
  std::size_t read_at(std::uint64_t offset, char* out, std::size_t size) const override {
    return bytes_.read_at(offset, out, size);
  }
  [[nodiscard]] int descriptor() const override { return -1; }
  [[nodiscard]] std::uint64_t offset() const override { return 0; }
  [[nodiscard]] std::optional<std::string_view> held() const override { return std::nullopt; }

 private:
  base::MemorySource bytes_;
};

}  // namespace millrace::objects::testing
