// Files whose syncs take longer on demand: how a program behaves on a slow disk can be tried on a
// fast one.
#pragma once

#include "base/files.hpp"
#include "base/time.hpp"

#include <atomic>
#include <functional>

namespace millrace::base {

class DelayedFiles final : public Files {
 public:
  // `wait` lets the calling thread sleep.
  DelayedFiles(Files& real, std::function<void(Milliseconds)> wait)
      : real_(real), wait_(std::move(wait)) {}

  // From now on each sync takes this much longer, also of files that are open; zero at first.
  void delay_syncs(Milliseconds by) { delay_ = by; }

  std::unique_ptr<File> open(const std::string& path, Open mode) override;
  void rename(const std::string& from, const std::string& to) override { real_.rename(from, to); }
  void remove(const std::string& path) override { real_.remove(path); }
  void make_folders(const std::string& path) override { real_.make_folders(path); }
  void sync_folder(const std::string& path) override;
  [[nodiscard]] bool exists(const std::string& path) override { return real_.exists(path); }
  [[nodiscard]] std::vector<std::string> list(const std::string& folder) override {
    return real_.list(folder);
  }

 private:
  class DelayedFile;
  void wait() const;

  Files& real_;
  const std::function<void(Milliseconds)> wait_;
  std::atomic<Milliseconds> delay_ = Milliseconds(0);
};

}  // namespace millrace::base
