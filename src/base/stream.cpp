// Reading from memory and from ranges of a source.
#include "base/stream.hpp"

#include <algorithm>
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
  constexpr std::size_t first_step = 4 * 1024;
  constexpr std::size_t longest_step = 64 * 1024;
  std::string all;
  while (true) {
    const std::size_t had = all.size();
    const std::size_t step = std::clamp(had, first_step, longest_step);
    // A byte more than may come shows that there are too many.
    all.resize(had + std::min(step - 1, limit - had) + 1);
    const std::size_t got = reader.read(all.data() + had, all.size() - had);
    all.resize(had + got);
    if (all.size() > limit) throw std::length_error("more bytes than the limit allows");
    if (got == 0) return all;
  }
}

std::string read_all(const Source& source) {
  std::string all(static_cast<std::size_t>(source.size()), '\0');
  all.resize(source.read_at(0, all.data(), all.size()));
  return all;
}

}  // namespace millrace::base
