// The transitions as sqlite3.h describes them for xLock and xUnlock.
#include "store/file_locks.hpp"

#include <sqlite3.h>

namespace millrace::store {

int FileLocks::lock(const void* holder, int level, int wanted) {
  const std::lock_guard guard(mutex_);
  if (level < SQLITE_LOCK_SHARED && wanted >= SQLITE_LOCK_SHARED) {
    if (pending_ != nullptr) return level;
    ++shared_;
    level = SQLITE_LOCK_SHARED;
  }
  if (level >= wanted) return level;
  if (reserved_ != nullptr && reserved_ != holder) return level;
  if (wanted == SQLITE_LOCK_RESERVED) {
    reserved_ = holder;
    return wanted;
  }
  if (pending_ != nullptr && pending_ != holder) return level;
  pending_ = holder;
  return shared_ > 1 ? SQLITE_LOCK_PENDING : SQLITE_LOCK_EXCLUSIVE;
}

int FileLocks::unlock(const void* holder, int level, int wanted) {
  const std::lock_guard guard(mutex_);
  if (level <= wanted) return level;
  if (reserved_ == holder) reserved_ = nullptr;
  if (pending_ == holder) pending_ = nullptr;
  if (wanted == SQLITE_LOCK_NONE) --shared_;
  return wanted;
}

bool FileLocks::is_reserved() {
  const std::lock_guard guard(mutex_);
  return reserved_ != nullptr || pending_ != nullptr;
}

}  // namespace millrace::store
