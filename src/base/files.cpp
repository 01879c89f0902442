// The operating system's files.
#include "base/files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

namespace millrace::base {

namespace {

constexpr mode_t file_mode = 0600;
constexpr mode_t folder_mode = 0700;

[[noreturn]] void fail(const char* call, const std::string& path) {
  throw FileError(errno, std::string(call) + " " + path);
}

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

class SystemFile final : public File {
 public:
  SystemFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  SystemFile(const SystemFile&) = delete;
  SystemFile& operator=(const SystemFile&) = delete;
  ~SystemFile() override { ::close(descriptor_); }

  [[nodiscard]] std::uint64_t size() const override {
    struct stat status{};
    if (::fstat(descriptor_, &status) != 0) fail("fstat", path_);
    return static_cast<std::uint64_t>(status.st_size);
  }

  std::size_t read_at(std::uint64_t offset, char* out, std::size_t size) const override {
    std::size_t done = 0;
    while (done < size) {
      const ssize_t got =
          ::pread(descriptor_, out + done, size - done, static_cast<off_t>(offset + done));
      if (got == 0) break;
      if (got > 0) {
        done += static_cast<std::size_t>(got);
      } else if (errno != EINTR) {
        fail("pread", path_);
      }
    }
    return done;
  }

  void write_at(std::uint64_t offset, std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t put =
          ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (put >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(put));
        offset += static_cast<std::uint64_t>(put);
      } else if (errno != EINTR) {
        fail("pwrite", path_);
      }
    }
  }

  void truncate(std::uint64_t size) override {
    if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) fail("ftruncate", path_);
  }

  void sync() override {
    if (::fdatasync(descriptor_) != 0) fail("fdatasync", path_);
  }

  [[nodiscard]] bool try_lock() override {
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK) fail("flock", path_);
    return false;
  }

  [[nodiscard]] int descriptor() const override { return descriptor_; }

 private:
  const int descriptor_;
  const std::string path_;
};

int flags_of(Open mode) {
  switch (mode) {
    case Open::read:
      return O_RDONLY;
    case Open::write:
      return O_RDWR | O_CREAT;
    case Open::create_new:
      return O_RDWR | O_CREAT | O_EXCL;
  }
  return O_RDONLY;
}

}  // namespace

std::unique_ptr<File> SystemFiles::open(const std::string& path, Open mode) {
  const int descriptor = ::open(path.c_str(), flags_of(mode) | O_CLOEXEC, file_mode);
  if (descriptor < 0) fail("open", path);
  return std::make_unique<SystemFile>(descriptor, path);
}

void SystemFiles::rename(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) fail("rename", from);
}

void SystemFiles::remove(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) fail("unlink", path);
}

void SystemFiles::make_folders(const std::string& path) {
  if (::mkdir(path.c_str(), folder_mode) == 0 || errno == EEXIST) return;
  if (errno != ENOENT) fail("mkdir", path);
  make_folders(parent_of(path));
  if (::mkdir(path.c_str(), folder_mode) != 0 && errno != EEXIST) fail("mkdir", path);
}

void SystemFiles::sync_folder(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) fail("open", path);
  const int result = ::fsync(descriptor);
  const int error = errno;
  ::close(descriptor);
  errno = error;
  if (result != 0) fail("fsync", path);
}

bool SystemFiles::exists(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0) return true;
  if (errno != ENOENT && errno != ENOTDIR) fail("stat", path);
  return false;
}

std::vector<std::string> SystemFiles::list(const std::string& folder) {
  DIR* const opened = ::opendir(folder.c_str());
  if (opened == nullptr) fail("opendir", folder);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(opened, &::closedir);
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string name(entry->d_name);
    if (name != "." && name != "..") names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

void replace_file(Files& files, const std::string& path, std::string_view contents) {
  const std::string fresh = path + ".new";
  {
    const auto file = files.open(fresh, Open::write);
    file->truncate(0);
    file->write_at(0, contents);
    file->sync();
  }
  files.rename(fresh, path);
  files.sync_folder(parent_of(path));
}

std::string read_file(Files& files, const std::string& path) {
  return read_all(*files.open(path, Open::read));
}

}  // namespace millrace::base
