// The reader of archives. It trusts nothing: names, sizes and counts are checked before a byte is
// written.
#include "base/files.hpp"
#include "base/gunzip.hpp"
#include "base/room.hpp"
#include "base/text.hpp"
#include "process/archive.hpp"
#include "process/descriptor.hpp"
#include "process/tar.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <string_view>

namespace millrace::process {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t chunk = 256 * 1024;
constexpr std::uint64_t records_limit = 1 << 20;  // of one entry's pax records or long name

class FileReader final : public base::Reader {
 public:
  explicit FileReader(const std::string& path) : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (!file_) throw base::FileError(errno, path);
  }
  std::size_t read(char* out, std::size_t size) override {
    const ssize_t got = ::read(file_.get(), out, size);
    if (got < 0) throw base::FileError(errno, "archive");
    return static_cast<std::size_t>(got);
  }

 private:
  Descriptor file_;
};

class PackedFile {
 public:
  PackedFile(const std::string& path, const UnpackLimits& limits)
      : file_(path), gunzip_(file_, limits.expansion) {}

  // Fewer bytes than asked only at the end.
  std::size_t read(char* out, std::size_t size) {
    try {
      return gunzip_.read(out, size);
    } catch (const base::GunzipError& error) {
      throw ArchiveError(std::string("the archive ") + error.what());
    }
  }

 private:
  FileReader file_;
  base::Gunzip gunzip_;
};

struct Entry {
  std::string name;
  char kind = tar::regular;
  std::uint64_t size = 0;
};

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

class Unpacker {
 public:
  Unpacker(const std::string& archive, fs::path target, const UnpackLimits& limits)
      : in_(archive, limits), target_(std::move(target)), limits_(limits) {}

  void run() {
    fs::create_directories(target_);
    while (const auto entry = next()) unpack(*entry);
  }

 private:
  std::optional<Entry> next() {
    Entry entry;
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
        return named(*header, size, records, long_name);
      }
    }
  }

  static Entry named(const tar::Header& header, std::uint64_t size,
                     const std::map<std::string, std::string>& records,
                     const std::string& long_name) {
    Entry entry{.name = field_text(header.name), .kind = header.kind, .size = size};
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

  // Nothing at the closing block of zeros or the end of the file.
  std::optional<tar::Header> next_header() {
    tar::Header header;
    const std::size_t got = in_.read(reinterpret_cast<char*>(&header), tar::block);
    if (got == 0 || header.name[0] == '\0') return std::nullopt;
    if (got < tar::block) throw ArchiveError("the archive is cut short");
    if (field_number(header.checksum) != tar::checksum(header))
      throw ArchiveError("the archive is no tar file, or damaged");
    if (++entries_ > limits_.entries) {
      throw ArchiveError("the archive has more than " + std::to_string(limits_.entries) +
                         " entries");
    }
    return header;
  }

  std::string contents(std::uint64_t size) {
    if (size > records_limit) throw ArchiveError("the archive has too large pax records");
    std::string bytes(size, '\0');
    if (in_.read(bytes.data(), size) < size) throw ArchiveError("the archive is cut short");
    skip_padding(size);
    return bytes;
  }

  void skip_padding(std::uint64_t size) {
    char padding[tar::block];
    const std::size_t length = (tar::block - size % tar::block) % tar::block;
    if (length > 0 && in_.read(padding, length) < length)
      throw ArchiveError("the archive is cut short");
  }

  void unpack(const Entry& entry) {
    // AWS's SDK packs a model with an entry for the folder itself.
    if (entry.kind == tar::folder && entry.name == "/") return;
    const fs::path path = target_ / safe_path(entry.name);
    if (entry.kind == tar::folder) {
      fs::create_directories(path);
    } else if (entry.kind == tar::regular || entry.kind == tar::old_regular) {
      fs::create_directories(path.parent_path());
      unpack_file(entry, path);
    } else {
      throw ArchiveError(entry.name + " is neither a file nor a folder");
    }
  }

  fs::path safe_path(const std::string& name) const {
    if (name.empty() || name.size() > limits_.path_bytes || name.find('\0') != std::string::npos) {
      throw ArchiveError("the archive has an entry with an empty or too long name");
    }
    const fs::path path(name);
    if (path.is_absolute()) throw ArchiveError(name + " is an absolute path");
    for (const fs::path& part : path) {
      if (part == "..") throw ArchiveError(name + " leads out of the archive");
    }
    return path.lexically_normal();
  }

  void unpack_file(const Entry& entry, const fs::path& path) {
    bytes_ += entry.size;
    if (entry.size > limits_.bytes || bytes_ > limits_.bytes) {
      throw ArchiveError("the archive holds more than " + std::to_string(limits_.bytes) + " bytes");
    }
    const Descriptor file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) throw base::FileError(errno, path);
    std::string buffer(std::min<std::uint64_t>(chunk, std::max<std::uint64_t>(entry.size, 1)),
                       '\0');
    for (std::uint64_t left = entry.size; left > 0;) {
      const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer.size()));
      if (in_.read(buffer.data(), wanted) < wanted) throw ArchiveError("the archive is cut short");
      write_all(file, {buffer.data(), wanted}, path);
      left -= wanted;
    }
    skip_padding(entry.size);
  }

  static void write_all(const Descriptor& file, std::string_view bytes, const fs::path& path) {
    while (!bytes.empty()) {
      const ssize_t done = ::write(file.get(), bytes.data(), bytes.size());
      if (done < 0 && errno == EINTR) continue;
      if (done < 0) throw base::FileError(errno, path);
      bytes.remove_prefix(static_cast<std::size_t>(done));
    }
  }

  PackedFile in_;
  fs::path target_;
  const UnpackLimits& limits_;
  std::uint64_t entries_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace

void unpack_archive(const std::string& archive, const std::string& folder,
                    const UnpackLimits& limits) {
  try {
    Unpacker(archive, folder, limits).run();
  } catch (const fs::filesystem_error& error) {
    if (base::lacks_room(error)) throw;
    throw ArchiveError(std::string("the archive's paths clash: ") + error.code().message());
  }
}

}  // namespace millrace::process
