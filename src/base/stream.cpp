// Reading from memory and from ranges of a source.
#include "base/stream.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

namespace millrace::base {

std::size_t MemorySource::read_at(std::uint64_t offset, char* out, std::size_t size) const {
  if (offset >= bytes_.size()) return 0;
  const std::size_t part = std::min<std::size_t>(size, bytes_.size() - offset);
  std::memcpy(out, bytes_.data() + offset, part);
  return part;
}

std::size_t SourceReader::read(char* out, std::size_t size) {
  const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(size, end_ - at_));
  if (part == 0) return 0;
  const std::size_t got = source_.read_at(at_, out, part);
  at_ += got;
  return got;
}

std::string read_all(Reader& reader, std::size_t limit) {
  std::string all;
  std::array<char, 16 * 1024> part{};
  while (const std::size_t got = reader.read(part.data(), part.size())) {
    if (got > limit - all.size()) throw std::length_error("more bytes than the limit allows");
    all.append(part.data(), got);
  }
  return all;
}

std::string read_all(const Source& source) {
  std::string all(static_cast<std::size_t>(source.size()), '\0');
  all.resize(source.read_at(0, all.data(), all.size()));
  return all;
}

}  // namespace millrace::base
