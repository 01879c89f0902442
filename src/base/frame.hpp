// Frames between the server and a child of its own, over a pipe: a letter that says what it is, the
// size of what follows in four bytes, least first, and so many bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace millrace::base {

constexpr std::size_t frame_head = 5;
constexpr std::size_t frame_limit = 4 * 1024 * 1024;  // bytes of one

[[nodiscard]] inline std::string write_frame(char kind, std::string_view bytes) {
  std::string out(1, kind);
  for (int shift = 0; shift < 32; shift += 8)
    out += static_cast<char>((bytes.size() >> shift) & 0xFF);
  return out.append(bytes);
}

struct Frame {
  char kind = 0;
  std::string bytes;
};

// The size of the frame that begins `bytes`, its head included; nothing before its head is whole.
[[nodiscard]] inline std::optional<std::size_t> frame_size(std::string_view bytes) {
  if (bytes.size() < frame_head) return std::nullopt;
  std::size_t size = 0;
  for (std::size_t i = frame_head; i-- > 1;)
    size = (size << 8) | static_cast<unsigned char>(bytes[i]);
  return frame_head + size;
}

// Takes the first frame off the front, once it is whole.
[[nodiscard]] inline std::optional<Frame> take_frame(std::string& bytes) {
  const auto size = frame_size(bytes);
  if (!size || bytes.size() < *size) return std::nullopt;
  Frame frame{.kind = bytes.front(), .bytes = bytes.substr(frame_head, *size - frame_head)};
  bytes.erase(0, *size);
  return frame;
}

}  // namespace millrace::base
