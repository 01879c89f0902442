// The part of a stream that is being looked at.
#pragma once

#include "base/stream.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace millrace::sql::select {

class Window {
 public:
  // `first_offset` is that of the reader's first byte.
  Window(base::Reader& reader, std::uint64_t first_offset)
      : reader_(reader), offset_(first_offset) {}

  [[nodiscard]] std::string_view bytes() const { return std::string_view(buffer_).substr(at_); }
  [[nodiscard]] std::uint64_t offset() const { return offset_; }  // of bytes().front()
  [[nodiscard]] bool has_ended() const { return has_ended_; }

  void drop(std::size_t count) {
    at_ += count;
    offset_ += count;
  }
  // Reads more behind what is there, as much again; views of bytes() are void after it.
  void grow() {
    buffer_.erase(0, at_);
    at_ = 0;
    const std::size_t held = buffer_.size();
    const std::size_t wanted = std::max(step, held);
    buffer_.resize(held + wanted);
    const std::size_t got = reader_.read(buffer_.data() + held, wanted);
    has_ended_ = got == 0;
    buffer_.resize(held + got);
  }

 private:
  static constexpr std::size_t step = 64 * 1024;

  base::Reader& reader_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::uint64_t offset_;
  bool has_ended_ = false;
};

}  // namespace millrace::sql::select
