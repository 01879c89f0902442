// Blobs compared with their checksums where they lie, beside whatever serves them.
#pragma once

#include "base/files.hpp"
#include "store/blob_format.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace millrace::store {

enum class Soundness { whole, missing, damaged, unreadable };

struct BlobState {
  Soundness soundness = Soundness::whole;
  std::uint64_t length = 0;  // of the body, where it is whole
  std::string what;          // what is wrong, in words

  [[nodiscard]] bool is_whole() const { return soundness == Soundness::whole; }
};

// Used by one thread at a time.
class BlobCheck {
 public:
  // Gets each step of a body as it is read; its place in the body first.
  using Step = std::function<void(std::uint64_t at, std::string_view bytes)>;

  BlobCheck(base::Files& files, std::string folder) : files_(files), folder_(std::move(folder)) {}

  // Reads the whole body. A file that cannot be read is unreadable, not damaged: the bytes may be
  // well.
  [[nodiscard]] BlobState look(const BlobPlace& place, const Step& step = nullptr);
  // Only what stands before the body: enough to know a copy that was once compared.
  [[nodiscard]] std::string header(const BlobPlace& place);

 private:
  [[nodiscard]] BlobState look_at_file(const LargePlace& place, const Step& step);
  [[nodiscard]] BlobState look_at_entry(const SmallPlace& place, const Step& step);
  [[nodiscard]] base::File& segment(std::uint32_t number);

  base::Files& files_;
  const std::string folder_;
  std::uint32_t open_number_ = 0;
  std::unique_ptr<base::File> open_segment_;  // the one that was asked for last
};

}  // namespace millrace::store
