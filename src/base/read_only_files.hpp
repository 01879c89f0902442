// Files that are looked at and never altered, whatever whoever looks was made to do with them.
#pragma once

#include "base/files.hpp"

namespace millrace::base {

// A file that is opened to be written is only read, or empty where it is not there; what would
// alter anything fails with EROFS. A sync does nothing.
class ReadOnlyFiles final : public Files {
 public:
  explicit ReadOnlyFiles(Files& real) : real_(real) {}

  std::unique_ptr<File> open(const std::string& path, Open mode) override;
  void rename(const std::string& from, const std::string& to) override;
  void remove(const std::string& path) override;
  void make_folders(const std::string& path) override;
  void sync_folder(const std::string&) override {}
  [[nodiscard]] bool exists(const std::string& path) override { return real_.exists(path); }
  [[nodiscard]] std::vector<std::string> list(const std::string& folder) override {
    return real_.list(folder);
  }

 private:
  Files& real_;
};

}  // namespace millrace::base
