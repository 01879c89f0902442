#include "base/filled_files.hpp"

#include <cerrno>

namespace millrace::base {

class FilledFiles::FilledFile final : public File {
 public:
  FilledFile(FilledFiles& files, std::unique_ptr<File> real, std::string path)
      : files_(files), real_(std::move(real)), path_(std::move(path)) {}
  [[nodiscard]] std::uint64_t size() const override { return real_->size(); }
  std::size_t read_at(std::uint64_t offset, char* out, std::size_t size) const override {
    return real_->read_at(offset, out, size);
  }
  void write_at(std::uint64_t offset, std::string_view bytes) override {
    files_.take_room(path_);
    real_->write_at(offset, bytes);
  }
  void truncate(std::uint64_t size) override { real_->truncate(size); }
  void sync() override { real_->sync(); }
  [[nodiscard]] bool try_lock() override { return real_->try_lock(); }
  [[nodiscard]] int descriptor() const override { return real_->descriptor(); }

 private:
  FilledFiles& files_;
  const std::unique_ptr<File> real_;
  const std::string path_;
};

std::unique_ptr<File> FilledFiles::open(const std::string& path, Open mode) {
  if (mode == Open::create_new) take_room(path);
  return std::make_unique<FilledFile>(*this, real_.open(path, mode), path);
}

void FilledFiles::take_room(const std::string& path) {
  std::uint64_t room = room_;
  while (room != endless) {
    if (room == 0) throw FileError(ENOSPC, path);
    if (room_.compare_exchange_weak(room, room - 1)) return;
  }
}

}  // namespace millrace::base
