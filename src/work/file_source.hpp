// A range of an open file as a Source: an inherited descriptor, which stays open, or a path, which
// is opened.
#pragma once

#include "base/stream.hpp"
#include "work/spec.hpp"

namespace millrace::work {

class FileSource final : public base::Source {
 public:
  explicit FileSource(const File& file);  // throws SpecError when it cannot be opened
  ~FileSource() override;
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;
  [[nodiscard]] std::uint64_t size() const override { return length_; }
  std::size_t read_at(std::uint64_t offset, char* out, std::size_t size) const override;

 private:
  int descriptor_ = -1;
  bool owned_ = false;
  std::uint64_t offset_ = 0;
  std::uint64_t length_ = 0;
};

}  // namespace millrace::work
