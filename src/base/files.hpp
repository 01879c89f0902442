// The file system as a parameter, so that a test can tear a write, fail the n-th call or pull the
// plug.
#pragma once

#include "base/stream.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace millrace::base {

// A failed file call: std::system_error with the path in its text.
class FileError : public std::system_error {
 public:
  FileError(int error, const std::string& what)
      : std::system_error(error, std::generic_category(), what) {}
};

class File : public Source {
 public:
  virtual void write_at(std::uint64_t offset, std::string_view bytes) = 0;
  virtual void truncate(std::uint64_t size) = 0;
  virtual void sync() = 0;  // fdatasync: contents and size are durable when it returns
  // An exclusive advisory lock held while the file is open; false when another process holds it.
  [[nodiscard]] virtual bool try_lock() = 0;
  // The descriptor for sendfile and for children; -1 in simulations.
  [[nodiscard]] virtual int descriptor() const = 0;
};

enum class Open {
  read,        // must exist
  write,       // read and write, created when missing
  create_new,  // read and write, fails when it exists
};

class Files {
 public:
  virtual ~Files() = default;
  virtual std::unique_ptr<File> open(const std::string& path, Open mode) = 0;
  virtual void rename(const std::string& from, const std::string& to) = 0;
  virtual void remove(const std::string& path) = 0;  // absent is not an error
  virtual void make_folders(
      const std::string& path) = 0;  // parents too, mode 0700; existing is not an error
  virtual void sync_folder(
      const std::string& path) = 0;  // entries made, renamed or removed are durable
  [[nodiscard]] virtual bool exists(const std::string& path) = 0;
  [[nodiscard]] virtual std::vector<std::string> list(
      const std::string& folder) = 0;  // names, sorted
};

class SystemFiles final : public Files {
 public:
  std::unique_ptr<File> open(const std::string& path, Open mode) override;
  void rename(const std::string& from, const std::string& to) override;
  void remove(const std::string& path) override;
  void make_folders(const std::string& path) override;
  void sync_folder(const std::string& path) override;
  [[nodiscard]] bool exists(const std::string& path) override;
  [[nodiscard]] std::vector<std::string> list(const std::string& folder) override;
};

// Write to a temporary name, sync, rename, sync the folder: the file has its old or its new
// contents, never a mix.
void replace_file(Files& files, const std::string& path, std::string_view contents);
[[nodiscard]] std::string read_file(Files& files, const std::string& path);

}  // namespace millrace::base
