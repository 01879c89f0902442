// The bytes of the headers; integers are little-endian, checksums as the hash gives them.
#include "store/blob_format.hpp"

#include "base/hash.hpp"
#include "base/text.hpp"

#include <cstdio>
#include <limits>
#include <vector>

namespace millrace::store {

namespace {

constexpr std::string_view file_magic = "millrblb";
constexpr std::string_view segment_magic = "millrseg";
constexpr std::string_view entry_magic = "mlrP";
constexpr std::string_view unplaced_entry_magic = "mlrE";  // of the first version
constexpr std::uint32_t segment_version = 1;
constexpr std::uint32_t file_version = 2;
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

// Twice with the same mark is the check again, and with another one no check at all.
std::string mixed(std::string check, std::string_view mark) {
  for (std::size_t i = 0; i < check.size(); ++i) check[i] = static_cast<char>(check[i] ^ mark[i]);
  return check;
}

std::string mark_of(const SmallPlace& place) {
  return base::digest(base::HashKind::xxhash3,
                      little_endian(place.segment) + little_endian(place.offset));
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

std::string_view place_text(std::string_view id) { return id.substr(0, id.find('.')); }

std::string_view note_text(std::string_view id) { return id.substr(place_text(id).size()); }

std::optional<BlobPlace> parse_place(std::string_view text) {
  const auto pieces = base::split(place_text(text), '-');
  if (pieces.size() == 4 && pieces[0] == "s") return parse_small(pieces);
  if (pieces.size() != 2 || pieces[0] != "f" || !is_file_name(pieces[1])) return std::nullopt;
  return LargePlace{.name = std::string(pieces[1])};
}

bool is_file_name(std::string_view name) {
  return name.size() == name_size &&
         name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string subfolder_of(std::string_view name) {
  return std::string(name.substr(0, 2)) + "/" + std::string(name.substr(2, 2));
}

std::string segment_name(std::uint32_t segment) {
  char name[16];
  std::snprintf(name, sizeof name, "%08x", segment);
  return name;
}

std::string path_of(const BlobPlace& place) {
  if (const auto* large = std::get_if<LargePlace>(&place)) {
    return "files/" + subfolder_of(large->name) + "/" + large->name;
  }
  return "segments/" + segment_name(std::get<SmallPlace>(place).segment);
}

std::string write_header(const FileHeader& header, std::string_view name) {
  std::string bytes(file_magic);
  bytes += little_endian(file_version);
  bytes += little_endian(static_cast<std::uint32_t>(file_header_size));
  bytes += little_endian(header.length);
  bytes += mixed(header.check, base::digest(base::HashKind::xxhash128, name));
  return bytes + little_endian(base::crc32c(0, bytes));
}

std::optional<FileHeader> parse_file_header(std::string_view bytes, std::string_view name) {
  constexpr std::size_t summed = file_header_used - 4;
  if (bytes.size() < file_header_used || !bytes.starts_with(file_magic)) return std::nullopt;
  const auto version = from_little_endian<std::uint32_t>(bytes, 8);
  if (version == 0 || version > file_version) return std::nullopt;
  if (from_little_endian<std::uint32_t>(bytes, summed) !=
      base::crc32c(0, bytes.substr(0, summed))) {
    return std::nullopt;
  }
  const std::string check(bytes.substr(24, 16));
  return FileHeader{
      .length = from_little_endian<std::uint64_t>(bytes, 16),
      .check = version == 1 ? check : mixed(check, base::digest(base::HashKind::xxhash128, name))};
}

std::string segment_header(std::uint32_t segment) {
  return std::string(segment_magic) + little_endian(segment_version) + little_endian(segment);
}

std::string write_header(const EntryHeader& header, const SmallPlace& place) {
  return std::string(entry_magic) + little_endian(header.length) +
         mixed(header.check, mark_of(place));
}

std::optional<EntryHeader> parse_entry_header(std::string_view bytes, const SmallPlace& place) {
  if (bytes.size() < entry_header_size) return std::nullopt;
  const bool is_placed = bytes.starts_with(entry_magic);
  if (!is_placed && !bytes.starts_with(unplaced_entry_magic)) return std::nullopt;
  const std::string check(bytes.substr(8, 8));
  return EntryHeader{.length = from_little_endian<std::uint32_t>(bytes, 4),
                     .check = is_placed ? mixed(check, mark_of(place)) : check};
}

}  // namespace millrace::store
