// Files of which the n-th call fails, for tests that try every n.
#pragma once

#include "base/files.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace millrace::base::testing {

enum class Fault {
  once,      // that call alone, with an input/output error
  for_good,  // it and all that follow: the device is gone
  full,      // the first write from that call on finds the disk full; later ones have room again
  filled,    // every write from that call on finds the disk full, until it is mended
};

class FaultyFiles final : public Files {
 public:
  explicit FaultyFiles(Files& real) : real_(real) {}

  // Counts from here; call number `n` (from 1) fails.
  void fail_at(std::uint64_t n, Fault fault) {
    calls_ = 0;
    fail_at_ = n;
    fault_ = fault;
  }
  void mend() { fail_at_ = 0; }
  [[nodiscard]] std::uint64_t calls() const { return calls_; }
  [[nodiscard]] bool has_failed() const { return fail_at_ != 0 && calls_ >= fail_at_; }
  [[nodiscard]] bool is_gone() const { return has_failed() && fault_ == Fault::for_good; }

  std::unique_ptr<File> open(const std::string& path, Open mode) override {
    count(path);
    return std::make_unique<FaultyFile>(*this, real_.open(path, mode), path);
  }
  void rename(const std::string& from, const std::string& to) override {
    count(from);
    real_.rename(from, to);
  }
  void remove(const std::string& path) override {
    count(path);
    real_.remove(path);
  }
  void make_folders(const std::string& path) override {
    count(path);
    real_.make_folders(path);
  }
  void sync_folder(const std::string& path) override {
    count(path);
    real_.sync_folder(path);
  }
  [[nodiscard]] bool exists(const std::string& path) override {
    count(path);
    return real_.exists(path);
  }
  [[nodiscard]] std::vector<std::string> list(const std::string& folder) override {
    count(folder);
    return real_.list(folder);
  }

 private:
  class FaultyFile final : public File {
   public:
    FaultyFile(FaultyFiles& files, std::unique_ptr<File> real, std::string path)
        : files_(files), real_(std::move(real)), path_(std::move(path)) {}
    [[nodiscard]] std::uint64_t size() const override {
      files_.count(path_);
      return real_->size();
    }
    std::size_t read_at(std::uint64_t offset, char* out, std::size_t size) const override {
      files_.count(path_);
      return real_->read_at(offset, out, size);
    }
    void write_at(std::uint64_t offset, std::string_view bytes) override {
      files_.count(path_, true);
      real_->write_at(offset, bytes);
    }
    void truncate(std::uint64_t size) override {
      files_.count(path_);
      real_->truncate(size);
    }
    void sync() override {
      files_.count(path_);
      real_->sync();
    }
    [[nodiscard]] bool try_lock() override { return real_->try_lock(); }
    [[nodiscard]] int descriptor() const override { return real_->descriptor(); }

   private:
    FaultyFiles& files_;
    const std::unique_ptr<File> real_;
    const std::string path_;
  };

  void count(const std::string& path, bool is_write = false) {
    const std::uint64_t call = ++calls_;
    if (fail_at_ == 0 || call < fail_at_) return;
    if (fault_ == Fault::once && call == fail_at_) throw FileError(EIO, path);
    if (fault_ == Fault::for_good) throw FileError(EIO, path);
    if (fault_ == Fault::filled && is_write) throw FileError(ENOSPC, path);
    if (fault_ == Fault::full && is_write) {
      fail_at_ = 0;
      throw FileError(ENOSPC, path);
    }
  }

  Files& real_;
  std::atomic<std::uint64_t> calls_ = 0;
  std::atomic<std::uint64_t> fail_at_ = 0;
  std::atomic<Fault> fault_ = Fault::once;
};

}  // namespace millrace::base::testing
