#include "base/read_only_files.hpp"

#include <cerrno>

namespace millrace::base {

namespace {

[[noreturn]] void refuse(const std::string& path) { throw FileError(EROFS, path); }

class ReadOnlyFile final : public File {
 public:
  // Without a file it is an empty one.
  ReadOnlyFile(std::unique_ptr<File> real, std::string path)
      : real_(std::move(real)), path_(std::move(path)) {}
  [[nodiscard]] std::uint64_t size() const override { return real_ ? real_->size() : 0; }
  std::size_t read_at(std::uint64_t offset, char* out, std::size_t size) const override {
    return real_ ? real_->read_at(offset, out, size) : 0;
  }
  void write_at(std::uint64_t, std::string_view) override { refuse(path_); }
  void truncate(std::uint64_t) override { refuse(path_); }
  void sync() override {}
  [[nodiscard]] bool try_lock() override { return !real_ || real_->try_lock(); }
  [[nodiscard]] int descriptor() const override { return real_ ? real_->descriptor() : -1; }

 private:
  const std::unique_ptr<File> real_;
  const std::string path_;
};

}  // namespace

std::unique_ptr<File> ReadOnlyFiles::open(const std::string& path, Open mode) {
  const bool is_there = mode == Open::read || real_.exists(path);
  if (mode == Open::create_new) refuse(path);
  return std::make_unique<ReadOnlyFile>(is_there ? real_.open(path, Open::read) : nullptr, path);
}

void ReadOnlyFiles::rename(const std::string& from, const std::string&) { refuse(from); }

void ReadOnlyFiles::remove(const std::string& path) { refuse(path); }

void ReadOnlyFiles::make_folders(const std::string& path) {
  if (!real_.exists(path)) refuse(path);
}

}  // namespace millrace::base
