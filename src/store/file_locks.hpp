// SQLite's five lock levels on the database file, among the connections of this process.
#pragma once

#include <mutex>

namespace millrace::store {

class FileLocks {
 public:
  // Both take the connection's present level and return the level reached, which is less than asked
  // for when others stand in the way.
  [[nodiscard]] int lock(const void* holder, int level, int wanted);
  [[nodiscard]] int unlock(const void* holder, int level, int wanted);
  [[nodiscard]] bool is_reserved();

 private:
  std::mutex mutex_;
  int shared_ = 0;                  // guarded by mutex_, as all below
  const void* reserved_ = nullptr;  // who may write
  const void* pending_ = nullptr;   // who waits until the readers are gone, or holds it alone
};

}  // namespace millrace::store
