#include "process/tar_reader.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cstring>

namespace millrace::process {

namespace {

constexpr std::size_t buffer_size = 256 * 1024;
constexpr std::uint64_t records_limit = 1 << 20;  // of one entry's pax records or long name

template <std::size_t size>
std::string field_text(const char (&field)[size]) {
  return {field, ::strnlen(field, size)};
}

// Octal text, or GNU's big-endian binary where the first bit is set.
template <std::size_t size>
std::uint64_t field_number(const char (&field)[size]) {
  std::uint64_t number = 0;
  if (static_cast<unsigned char>(field[0]) == 0x80) {
    for (std::size_t at = size - 8; at < size; ++at)
      number = number << 8 | static_cast<unsigned char>(field[at]);
    return number;
  }
  const std::string text = field_text(field);
  for (const char c : base::trim(text)) {
    if (c < '0' || c > '7') throw ArchiveError("the archive is no tar file, or damaged");
    number = number * 8 + static_cast<std::uint64_t>(c - '0');
  }
  return number;
}

std::map<std::string, std::string> parse_pax(std::string_view records) {
  std::map<std::string, std::string> found;
  while (!records.empty()) {
    const std::size_t blank = records.find(' ');
    const auto length = base::to_integer(records.substr(0, blank));
    const bool sound = blank != std::string_view::npos && length &&
                       *length > static_cast<std::int64_t>(blank) + 1 &&
                       static_cast<std::size_t>(*length) <= records.size();
    if (!sound) throw ArchiveError("the archive has damaged pax records");
    const std::string_view record =
        records.substr(blank + 1, static_cast<std::size_t>(*length) - blank - 2);
    const std::size_t equals = std::min(record.find('='), record.size());
    found[std::string(record.substr(0, equals))] =
        record.substr(std::min(equals + 1, record.size()));
    records.remove_prefix(static_cast<std::size_t>(*length));
  }
  return found;
}

TarEntry named(const tar::Header& header, std::uint64_t size,
               const std::map<std::string, std::string>& records, const std::string& long_name) {
  TarEntry entry{.name = field_text(header.name), .kind = header.kind, .size = size};
  const std::string prefix =
      std::memcmp(header.magic, "ustar\0", 6) == 0 ? field_text(header.prefix) : "";
  if (!prefix.empty()) entry.name = prefix + "/" + entry.name;
  if (!long_name.empty()) entry.name = long_name;
  if (const auto path = records.find("path"); path != records.end()) entry.name = path->second;
  if (const auto given = records.find("size"); given != records.end()) {
    const auto number = base::to_integer(given->second);
    if (!number || *number < 0) throw ArchiveError(entry.name + " has a damaged size");
    entry.size = static_cast<std::uint64_t>(*number);
  }
  return entry;
}

std::uint64_t padding_of(std::uint64_t size) {
  return (tar::block - size % tar::block) % tar::block;
}

}  // namespace

TarReader::TarReader(base::Reader& archive, std::uint64_t entries)
    : archive_(archive), entries_(entries), buffer_(buffer_size, '\0') {}

std::optional<TarEntry> TarReader::next() {
  finish_entry();
  std::map<std::string, std::string> records;
  std::string long_name;
  for (;;) {
    const auto header = next_header();
    if (!header) return std::nullopt;
    const std::uint64_t size = field_number(header->size);
    if (header->kind == tar::pax) {
      records = parse_pax(contents(size));
    } else if (header->kind == tar::gnu_long_name) {
      long_name = contents(size).c_str();  // up to its first zero
    } else if (header->kind == tar::pax_global) {
      (void)contents(size);
    } else {
      TarEntry entry = named(*header, size, records, long_name);
      left_ = entry.is_file() ? entry.size : 0;
      padding_ = padding_of(left_);
      return entry;
    }
  }
}

std::size_t TarReader::read(char* out, std::size_t size) {
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size, left_));
  if (take(out, wanted) < wanted) throw ArchiveError("the archive is cut short");
  left_ -= wanted;
  return wanted;
}

void TarReader::finish_entry() {
  skip(left_);
  skip(padding_);
  left_ = 0;
  padding_ = 0;
}

// Nothing at the closing block of zeros or the end of the file.
std::optional<tar::Header> TarReader::next_header() {
  tar::Header header;
  const std::size_t got = take(reinterpret_cast<char*>(&header), tar::block);
  if (got == 0 || header.name[0] == '\0') return std::nullopt;
  if (got < tar::block) throw ArchiveError("the archive is cut short");
  if (field_number(header.checksum) != tar::checksum(header))
    throw ArchiveError("the archive is no tar file, or damaged");
  if (++read_entries_ > entries_) {
    throw ArchiveError("the archive has more than " + std::to_string(entries_) + " entries");
  }
  return header;
}

std::string TarReader::contents(std::uint64_t size) {
  if (size > records_limit) throw ArchiveError("the archive has too large pax records");
  std::string bytes(size, '\0');
  if (take(bytes.data(), size) < size) throw ArchiveError("the archive is cut short");
  skip(padding_of(size));
  return bytes;
}

std::size_t TarReader::take(char* out, std::size_t size) {
  std::size_t taken = 0;
  while (taken < size) {
    if (at_ == end_) {
      at_ = 0;
      end_ = archive_.read(buffer_.data(), buffer_.size());
      if (end_ == 0) break;
    }
    const std::size_t step = std::min(size - taken, end_ - at_);
    std::memcpy(out + taken, buffer_.data() + at_, step);
    at_ += step;
    taken += step;
  }
  return taken;
}

void TarReader::skip(std::uint64_t size) {
  char bytes[tar::block];
  while (size > 0) {
    const auto step = static_cast<std::size_t>(std::min<std::uint64_t>(size, sizeof bytes));
    if (take(bytes, step) < step) throw ArchiveError("the archive is cut short");
    size -= step;
  }
}

}  // namespace millrace::process
