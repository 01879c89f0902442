// Files whose disk is full on demand: what a program does then can be tried on a disk with room.
#pragma once

#include "base/files.hpp"

#include <atomic>
#include <cstdint>
#include <limits>

namespace millrace::base {

class FilledFiles final : public Files {
 public:
  explicit FilledFiles(Files& real) : real_(real) {}

  // The disk takes so many more writes, and then is full until there is room again.
  void fill_after(std::uint64_t writes) { room_ = writes; }
  void make_room() { room_ = endless; }
  [[nodiscard]] bool is_full() const { return room_ == 0; }

  std::unique_ptr<File> open(const std::string& path, Open mode) override;
  void rename(const std::string& from, const std::string& to) override { real_.rename(from, to); }
  void remove(const std::string& path) override { real_.remove(path); }
  void make_folders(const std::string& path) override { real_.make_folders(path); }
  void sync_folder(const std::string& path) override { real_.sync_folder(path); }
  [[nodiscard]] bool exists(const std::string& path) override { return real_.exists(path); }
  [[nodiscard]] std::vector<std::string> list(const std::string& folder) override {
    return real_.list(folder);
  }

 private:
  class FilledFile;
  static constexpr std::uint64_t endless = std::numeric_limits<std::uint64_t>::max();
  void take_room(const std::string& path);

  Files& real_;
  std::atomic<std::uint64_t> room_ = endless;  // writes that the disk still takes
};

}  // namespace millrace::base
