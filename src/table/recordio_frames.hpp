// The frames of RecordIO, each a magic number, a length and so many bytes: one after another, or
// many at once from files that are read piece by piece.
#pragma once

#include "table/matrix.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace millrace::table {

inline constexpr std::uint32_t frame_magic = 0xced7230a;

// Takes the frame off that `bytes` begin with and returns what it holds. Throws DataError.
[[nodiscard]] std::string_view next_frame(std::string_view& bytes);

// Whole frames of one file; the last may be one that next_frame refuses.
struct FrameBlock {
  const Input* input = nullptr;
  std::size_t first = 0;  // the first frame's number in the file
  std::size_t used = 0;
  std::string buffer;

  [[nodiscard]] std::string_view frames() const { return std::string_view(buffer).substr(0, used); }
};

class FrameReader {
 public:
  FrameReader(std::span<const Input> inputs, std::size_t block_bytes)
      : inputs_(inputs), block_bytes_(block_bytes) {}

  // False when all files are read. From one thread at a time.
  [[nodiscard]] bool next(FrameBlock& block);

 private:
  void read(FrameBlock& block, std::size_t bytes) const;

  std::span<const Input> inputs_;
  std::size_t block_bytes_;
  std::size_t input_ = 0;
  std::uint64_t offset_ = 0;
  std::size_t frames_ = 0;  // of this file so far
};

}  // namespace millrace::table
