#include "base/delayed_files.hpp"

namespace millrace::base {

class DelayedFiles::DelayedFile final : public File {
 public:
  DelayedFile(const DelayedFiles& files, std::unique_ptr<File> real)
      : files_(files), real_(std::move(real)) {}
  [[nodiscard]] std::uint64_t size() const override { return real_->size(); }
  std::size_t read_at(std::uint64_t offset, char* out, std::size_t size) const override {
    return real_->read_at(offset, out, size);
  }
  void write_at(std::uint64_t offset, std::string_view bytes) override {
    real_->write_at(offset, bytes);
  }
  void truncate(std::uint64_t size) override { real_->truncate(size); }
  void sync() override {
    files_.wait();
    real_->sync();
  }
  [[nodiscard]] bool try_lock() override { return real_->try_lock(); }
  [[nodiscard]] int descriptor() const override { return real_->descriptor(); }

 private:
  const DelayedFiles& files_;
  const std::unique_ptr<File> real_;
};

std::unique_ptr<File> DelayedFiles::open(const std::string& path, Open mode) {
  return std::make_unique<DelayedFile>(*this, real_.open(path, mode));
}

void DelayedFiles::sync_folder(const std::string& path) {
  wait();
  real_.sync_folder(path);
}

void DelayedFiles::wait() const {
  if (const Milliseconds delay = delay_; delay.count() > 0) wait_(delay);
}

}  // namespace millrace::base
