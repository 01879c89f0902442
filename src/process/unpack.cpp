// The reader of archives. It trusts nothing: names, sizes and counts are checked before a byte is
// written.
#include "base/files.hpp"
#include "base/gunzip.hpp"
#include "base/room.hpp"
#include "process/archive.hpp"
#include "process/descriptor.hpp"
#include "process/tar_reader.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string_view>

namespace millrace::process {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t chunk = 256 * 1024;

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

class PackedFile final : public base::Reader {
 public:
  PackedFile(const std::string& path, const UnpackLimits& limits)
      : file_(path), gunzip_(file_, limits.expansion) {}

  std::size_t read(char* out, std::size_t size) override {
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

class Unpacker {
 public:
  Unpacker(const std::string& archive, fs::path target, const UnpackLimits& limits)
      : packed_(archive, limits),
        in_(packed_, limits.entries),
        target_(std::move(target)),
        limits_(limits) {}

  void run() {
    fs::create_directories(target_);
    while (const auto entry = in_.next()) unpack(*entry);
  }

 private:
  void unpack(const TarEntry& entry) {
    // AWS's SDK packs a model with an entry for the folder itself.
    if (entry.kind == tar::folder && entry.name == "/") return;
    const fs::path path = target_ / safe_path(entry.name);
    if (entry.kind == tar::folder) {
      fs::create_directories(path);
    } else if (entry.is_file()) {
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

  void unpack_file(const TarEntry& entry, const fs::path& path) {
    bytes_ += entry.size;
    if (entry.size > limits_.bytes || bytes_ > limits_.bytes) {
      throw ArchiveError("the archive holds more than " + std::to_string(limits_.bytes) + " bytes");
    }
    const Descriptor file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) throw base::FileError(errno, path);
    std::string buffer(std::min<std::uint64_t>(chunk, std::max<std::uint64_t>(entry.size, 1)),
                       '\0');
    while (const std::size_t got = in_.read(buffer.data(), buffer.size())) {
      write_all(file, {buffer.data(), got}, path);
    }
  }

  static void write_all(const Descriptor& file, std::string_view bytes, const fs::path& path) {
    while (!bytes.empty()) {
      const ssize_t done = ::write(file.get(), bytes.data(), bytes.size());
      if (done < 0 && errno == EINTR) continue;
      if (done < 0) throw base::FileError(errno, path);
      bytes.remove_prefix(static_cast<std::size_t>(done));
    }
  }

  PackedFile packed_;
  TarReader in_;
  fs::path target_;
  const UnpackLimits& limits_;
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
