// Where blobs lie and what stands before their bytes: docs/formats/blobs.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace millrace::store {

// A body in a file of its own.
struct LargePlace {
  std::string name;  // 32 hexadecimal digits
  bool operator==(const LargePlace&) const = default;
};

// A body in a segment, behind its entry's header.
struct SmallPlace {
  std::uint32_t segment = 0;
  std::uint64_t offset = 0;  // of the entry's header
  std::uint32_t length = 0;  // of the body
  bool operator==(const SmallPlace&) const = default;
};

using BlobPlace = std::variant<LargePlace, SmallPlace>;

[[nodiscard]] std::string to_text(const BlobPlace& place);
// What an engine keeps with the place, from the first dot on, is left aside.
[[nodiscard]] std::optional<BlobPlace> parse_place(std::string_view text);

// A blob's id as a row has it: the place's text, and behind a dot what its engine noted.
[[nodiscard]] std::string_view place_text(std::string_view id);
[[nodiscard]] std::string_view note_text(std::string_view id);  // with its dot

// Where it lies below the folder of all blobs.
[[nodiscard]] std::string path_of(const BlobPlace& place);
[[nodiscard]] std::string subfolder_of(std::string_view name);  // of a large one, in `files`
[[nodiscard]] std::string segment_name(std::uint32_t segment);  // in `segments`
[[nodiscard]] bool is_file_name(std::string_view name);

// A file of its own: the header fills a page, so that the body can be mapped.
constexpr std::size_t file_header_size = 4096;
constexpr std::size_t file_header_used = 44;
struct FileHeader {
  std::uint64_t length = 0;
  std::string check;  // XXH3-128 of the body, 16 bytes
};
// The stored check is mixed with the file's name, so that what lies under another's name does not
// match it.
[[nodiscard]] std::string write_header(const FileHeader& header, std::string_view name);
[[nodiscard]] std::optional<FileHeader> parse_file_header(std::string_view bytes,
                                                          std::string_view name);

constexpr std::size_t segment_header_size = 16;
[[nodiscard]] std::string segment_header(std::uint32_t segment);

constexpr std::size_t entry_header_size = 16;
struct EntryHeader {
  std::uint32_t length = 0;
  std::string check;  // XXH3-64 of the body, 8 bytes
};
// The stored check is mixed with the entry's place, so that what was written to another's does not
// match it.
[[nodiscard]] std::string write_header(const EntryHeader& header, const SmallPlace& place);
[[nodiscard]] std::optional<EntryHeader> parse_entry_header(std::string_view bytes,
                                                            const SmallPlace& place);

}  // namespace millrace::store
