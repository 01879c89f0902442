// The writer of archives: entries in name order, ustar with pax records, gzip.
#include "base/assert.hpp"
#include "base/files.hpp"
#include "process/archive.hpp"
#include "process/descriptor.hpp"
#include "process/tar.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <vector>

namespace millrace::process {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t chunk = 256 * 1024;
constexpr int gzip_format = 15 + 16;
constexpr int compression_level = 3;  // models hardly shrink beyond, and the user waits
constexpr std::uint64_t ustar_size_limit = 077777777777;

// Deflates what it is given into a file.
class Gzip {
 public:
  explicit Gzip(const std::string& path) : path_(path), out_(chunk, '\0') {
    file_ = Descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file_) throw base::FileError(errno, path);
    if (deflateInit2(&stream_, compression_level, Z_DEFLATED, gzip_format, 8, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
      throw std::bad_alloc();
    }
  }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;
  ~Gzip() { deflateEnd(&stream_); }

  void write(std::string_view bytes) {
    MILLRACE_ASSERT(bytes.size() <= UINT32_MAX);
    deflate_all(bytes, Z_NO_FLUSH);
  }

  std::uint64_t finish() {
    deflate_all({}, Z_FINISH);
    return written_;
  }

 private:
  void deflate_all(std::string_view bytes, int flush) {
    // zlib's interface is not const-correct.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(out_.data());
      stream_.avail_out = static_cast<uInt>(out_.size());
      const int result = deflate(&stream_, flush);
      MILLRACE_ASSERT(result != Z_STREAM_ERROR);
      write_out(out_.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
  }

  void write_out(std::size_t size) {
    for (std::size_t at = 0; at < size;) {
      const ssize_t done = ::write(file_.get(), out_.data() + at, size - at);
      if (done < 0 && errno == EINTR) continue;
      if (done < 0) throw base::FileError(errno, path_);
      at += static_cast<std::size_t>(done);
    }
    written_ += size;
  }

  std::string path_;
  Descriptor file_;
  z_stream stream_{};
  std::string out_;
  std::uint64_t written_ = 0;
};

template <std::size_t size>
void set_octal(char (&field)[size], std::uint64_t number) {
  std::snprintf(field, size, "%0*llo", static_cast<int>(size - 1),
                static_cast<unsigned long long>(number));
}

void write_padding(Gzip& out, std::uint64_t size) {
  static constexpr std::array<char, tar::block> zeros{};
  out.write(
      {zeros.data(), static_cast<std::size_t>((tar::block - size % tar::block) % tar::block)});
}

void write_header(Gzip& out, char kind, std::string_view name, std::uint64_t size, unsigned mode) {
  tar::Header header{};
  std::memcpy(header.name, name.data(), std::min(name.size(), sizeof header.name));
  set_octal(header.mode, mode);
  set_octal(header.uid, 0);
  set_octal(header.gid, 0);
  set_octal(header.size, std::min(size, ustar_size_limit));
  set_octal(header.mtime, 0);
  header.kind = kind;
  std::memcpy(header.magic, "ustar", 6);
  std::memcpy(header.version, "00", 2);
  std::snprintf(header.checksum, sizeof header.checksum, "%06o", tar::checksum(header));
  header.checksum[7] = ' ';
  out.write({reinterpret_cast<const char*>(&header), sizeof header});
}

// "LENGTH key=value\n", where the length counts its own digits.
std::string pax_record(std::string_view key, std::string_view value) {
  const std::size_t rest = key.size() + value.size() + 3;
  std::size_t length = rest + 1;
  while (std::to_string(length).size() + rest != length) ++length;
  return std::to_string(length) + " " + std::string(key) + "=" + std::string(value) + "\n";
}

void write_entry_head(Gzip& out, char kind, const std::string& name, std::uint64_t size,
                      unsigned mode) {
  std::string records;
  if (name.size() > sizeof(tar::Header::name)) records += pax_record("path", name);
  if (size > ustar_size_limit) records += pax_record("size", std::to_string(size));
  if (!records.empty()) {
    write_header(out, tar::pax, "PaxHeaders/entry", records.size(), 0644);
    out.write(records);
    write_padding(out, records.size());
  }
  write_header(out, kind, name, size, mode);
}

void write_file(Gzip& out, const fs::path& path, const std::string& name) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct stat facts{};
  if (!file || ::fstat(file.get(), &facts) != 0) throw base::FileError(errno, path);
  const auto size = static_cast<std::uint64_t>(facts.st_size);
  write_entry_head(out, tar::regular, name, size, 0644);
  std::string buffer(chunk, '\0');
  for (std::uint64_t left = size; left > 0;) {
    const ssize_t got =
        ::read(file.get(), buffer.data(), std::min<std::uint64_t>(left, buffer.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw base::FileError(errno, path);
    if (got == 0) throw ArchiveError(name + " shrank while it was packed");
    out.write({buffer.data(), static_cast<std::size_t>(got)});
    left -= static_cast<std::uint64_t>(got);
  }
  write_padding(out, size);
}

}  // namespace

std::uint64_t pack_folder(const std::string& folder, const std::string& archive) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  Gzip out(archive);
  for (const fs::path& path : paths) {
    const std::string name = path.lexically_relative(folder).generic_string();
    const fs::file_status status = fs::symlink_status(path);
    if (fs::is_directory(status)) {
      write_entry_head(out, tar::folder, name + "/", 0, 0755);
    } else if (fs::is_regular_file(status)) {
      write_file(out, path, name);
    } else {
      throw ArchiveError(name + " is neither a file nor a folder");
    }
  }
  out.write(std::string(2 * tar::block, '\0'));
  return out.finish();
}

bool is_empty_folder(const std::string& folder) {
  std::error_code error;
  return fs::is_empty(folder, error) || error;
}

}  // namespace millrace::process
