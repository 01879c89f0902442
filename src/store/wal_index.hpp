// The write-ahead log's index, which SQLite shares between connections: here in plain memory of the
// one process that has the file open.
#pragma once

#include <sqlite3.h>

#include <array>
#include <memory>
#include <mutex>
#include <vector>

namespace millrace::store {

class WalIndex {
 public:
  // One connection's part in it.
  struct Member {
    bool joined = false;
    unsigned shared = 0;     // bit n: holds slot n with others
    unsigned exclusive = 0;  // bit n: holds slot n alone
  };

  // The region, null when it does not exist and `extend` is not set.
  [[nodiscard]] volatile void* region(Member& member, int number, int size, bool extend);
  // `flags` as sqlite3.h has them for xShmLock; SQLITE_OK or SQLITE_BUSY.
  [[nodiscard]] int lock(Member& member, int first, int count, int flags);
  void barrier();
  // Gives up the member's locks; with the last member the index is gone.
  void leave(Member& member);

 private:
  static constexpr int alone = -1;

  void unlock(Member& member, unsigned mask);

  std::mutex mutex_;
  int members_ = 0;                                 // guarded by mutex_, as all below
  std::vector<std::unique_ptr<char[]>> regions_;    // their places in memory never change
  std::array<int, SQLITE_SHM_NLOCK> holders_ = {};  // how many share a slot, or `alone`
};

}  // namespace millrace::store
