// SQLite's file system: our `Files`, checksums on the pages, and the index of the log in this
// process's memory.
#pragma once

#include "base/files.hpp"
#include "store/file_locks.hpp"
#include "store/wal_index.hpp"

#include <sqlite3.h>

#include <atomic>
#include <string>

namespace millrace::store {

// Serves the connections of one database file, all in this process; outlives them.
class Vfs {
 public:
  explicit Vfs(base::Files& files);
  Vfs(const Vfs&) = delete;
  Vfs& operator=(const Vfs&) = delete;
  ~Vfs();

  [[nodiscard]] const char* name() const { return name_.c_str(); }
  // After a failed sync nobody knows what the disk holds, so no file is altered from then on.
  [[nodiscard]] bool is_broken() const { return broken_; }

 private:
  friend class VfsFile;
  static int open(sqlite3_vfs* self, const char* path, sqlite3_file* file, int flags, int* opened);
  static int remove(sqlite3_vfs* self, const char* path, int sync_folder);
  static int access(sqlite3_vfs* self, const char* path, int flags, int* answer);
  static int full_path(sqlite3_vfs* self, const char* path, int size, char* out);
  void borrow_from_default();

  base::Files& files_;
  std::string name_;
  sqlite3_vfs vfs_ = {};
  std::atomic<bool> broken_ = false;
  FileLocks locks_;
  WalIndex index_;
};

// The folder that a path lies in.
[[nodiscard]] std::string folder_of(const std::string& path);

}  // namespace millrace::store
