// The bytes of the headers; integers are little-endian, checksums as the hash gives them.
#include "store/blob_format.hpp"

#include "base/hash.hpp"
#include "base/text.hpp"

#include <limits>
#include <vector>

namespace millrace::store {

namespace {

constexpr std::string_view file_magic = "millrblb";
constexpr std::string_view segment_magic = "millrseg";
constexpr std::string_view entry_magic = "mlrE";
constexpr std::uint32_t version = 1;
constexpr std::size_t name_size = 32;

template <class Word>
std::string little_endian(Word word) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof word; ++i) {
    bytes += static_cast<char>(word >> (8 * i) & 0xff);
  }
  return bytes;
}

template <class Word>
Word from_little_endian(std::string_view bytes, std::size_t offset) {
  Word word = 0;
  for (std::size_t i = 0; i < sizeof word; ++i) {
    word |= static_cast<Word>(static_cast<unsigned char>(bytes[offset + i])) << (8 * i);
  }
  return word;
}

std::optional<std::uint64_t> number(std::string_view text, std::uint64_t limit) {
  const auto value = base::to_integer(text);
  if (!value || *value < 0 || static_cast<std::uint64_t>(*value) > limit) return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

std::optional<BlobPlace> parse_small(const std::vector<std::string_view>& pieces) {
  constexpr std::uint64_t limit = std::numeric_limits<std::uint32_t>::max();
  const auto segment = number(pieces[1], limit);
  const auto offset = number(pieces[2], std::numeric_limits<std::int64_t>::max());
  const auto length = number(pieces[3], limit);
  if (!segment || !offset || !length) return std::nullopt;
  return SmallPlace{.segment = static_cast<std::uint32_t>(*segment),
                    .offset = *offset,
                    .length = static_cast<std::uint32_t>(*length)};
}

}  // namespace

std::string to_text(const BlobPlace& place) {
  if (const auto* large = std::get_if<LargePlace>(&place)) return "f-" + large->name;
  const auto& small = std::get<SmallPlace>(place);
  return "s-" + std::to_string(small.segment) + "-" + std::to_string(small.offset) + "-" +
         std::to_string(small.length);
}

std::optional<BlobPlace> parse_place(std::string_view text) {
  const auto pieces = base::split(text, '-');
  if (pieces.size() == 4 && pieces[0] == "s") return parse_small(pieces);
  if (pieces.size() != 2 || pieces[0] != "f" || pieces[1].size() != name_size) return std::nullopt;
  if (pieces[1].find_first_not_of("0123456789abcdef") != std::string_view::npos) {
    return std::nullopt;
  }
  return LargePlace{.name = std::string(pieces[1])};
}

std::string write_header(const FileHeader& header) {
  std::string bytes(file_magic);
  bytes += little_endian(version);
  bytes += little_endian(static_cast<std::uint32_t>(file_header_size));
  bytes += little_endian(header.length);
  bytes += header.check;
  return bytes + little_endian(base::crc32c(0, bytes));
}

std::optional<FileHeader> parse_file_header(std::string_view bytes) {
  constexpr std::size_t summed = file_header_used - 4;
  if (bytes.size() < file_header_used || !bytes.starts_with(file_magic)) return std::nullopt;
  if (from_little_endian<std::uint32_t>(bytes, 8) != version) return std::nullopt;
  if (from_little_endian<std::uint32_t>(bytes, summed) !=
      base::crc32c(0, bytes.substr(0, summed))) {
    return std::nullopt;
  }
  return FileHeader{.length = from_little_endian<std::uint64_t>(bytes, 16),
                    .check = std::string(bytes.substr(24, 16))};
}

std::string segment_header(std::uint32_t segment) {
  return std::string(segment_magic) + little_endian(version) + little_endian(segment);
}

std::string write_header(const EntryHeader& header) {
  return std::string(entry_magic) + little_endian(header.length) + header.check;
}

std::optional<EntryHeader> parse_entry_header(std::string_view bytes) {
  if (bytes.size() < entry_header_size || !bytes.starts_with(entry_magic)) return std::nullopt;
  return EntryHeader{.length = from_little_endian<std::uint32_t>(bytes, 4),
                     .check = std::string(bytes.substr(8, 8))};
}

}  // namespace millrace::store
