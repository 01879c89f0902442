#include "table/recordio_frames.hpp"

#include <algorithm>
#include <cstring>

namespace millrace::table {
namespace {

constexpr std::size_t head_bytes = 8;

std::uint32_t read_word(std::string_view bytes) {
  std::uint32_t word;
  std::memcpy(&word, bytes.data(), sizeof word);
  return word;
}

// Of the frame whose head `bytes` begin with, padding included.
std::size_t frame_bytes(std::string_view bytes) {
  const std::size_t length = read_word(bytes.substr(4));
  return head_bytes + (length + 3) / 4 * 4;
}

// How far whole frames reach into a block, and how many they are; up to the end of it where no
// frame can follow. `next_bytes` are those of the frame that the block ends in, if its head is
// there.
struct Cut {
  std::size_t used = 0;
  std::size_t frames = 0;
  std::size_t next_bytes = head_bytes;
};

Cut cut(std::string_view block) {
  Cut found;
  while (block.size() - found.used >= head_bytes) {
    const std::string_view rest = block.substr(found.used);
    if (read_word(rest) != frame_magic) {
      found.used = block.size();
      return found;
    }
    found.next_bytes = frame_bytes(rest);
    if (found.next_bytes > rest.size()) return found;
    found.used += found.next_bytes;
    ++found.frames;
    found.next_bytes = head_bytes;
  }
  return found;
}

}  // namespace

std::string_view next_frame(std::string_view& bytes) {
  if (bytes.size() < head_bytes) throw DataError("a frame is cut off");
  if (read_word(bytes) != frame_magic)
    throw DataError("a frame does not begin with the magic number of RecordIO");
  const std::size_t whole = frame_bytes(bytes);
  if (whole > bytes.size()) throw DataError("a frame is cut off");
  const std::string_view frame = bytes.substr(head_bytes, read_word(bytes.substr(4)));
  bytes.remove_prefix(whole);
  return frame;
}

void FrameReader::read(FrameBlock& block, std::size_t bytes) const {
  const base::Source& source = *inputs_[input_].source;
  const std::uint64_t left = source.size() - offset_;
  block.buffer.resize(std::min<std::uint64_t>(bytes, left));
  block.buffer.resize(source.read_at(offset_, block.buffer.data(), block.buffer.size()));
}

bool FrameReader::next(FrameBlock& block) {
  while (input_ < inputs_.size() && offset_ >= inputs_[input_].source->size()) {
    ++input_;
    offset_ = frames_ = 0;
  }
  if (input_ == inputs_.size()) return false;
  block.input = &inputs_[input_];
  block.first = frames_;
  read(block, block_bytes_);
  Cut found = cut(block.buffer);
  // One frame larger than a block; a file that ends in it is handed on as it is, to be refused.
  for (std::uint64_t left = block.input->source->size() - offset_; found.used == 0;) {
    const bool cut_off = found.next_bytes > left;
    if (!cut_off) read(block, found.next_bytes);
    found = cut_off ? Cut{.used = block.buffer.size()} : cut(block.buffer);
  }
  block.used = found.used;
  offset_ += found.used;
  frames_ += found.frames;
  return true;
}

}  // namespace millrace::table
