// Blobs that were found damaged: named by a row, refused to readers, their bytes moved aside and
// kept.
#pragma once

#include "base/files.hpp"
#include "store/cared_blobs.hpp"

#include <atomic>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace millrace::store {

class Quarantine {
 public:
  // `folder`: of all blobs. Reads the rows and finishes what a former process began to move.
  Quarantine(base::Files& files, Database& database, std::string folder);

  // From any thread; they cost nothing while there is none.
  [[nodiscard]] bool has(const BlobId& id);
  [[nodiscard]] std::vector<Damage> list();  // not inside a write
  // Durable when it returns. Not inside a write.
  void add(const BlobId& id, const std::string& what);
  // Inside the write that erases the blob: its bytes stay aside.
  void forget(Connection& connection, const BlobId& id);

 private:
  // As long as one is being moved, it is not told.
  class Moving {
   public:
    Moving(Quarantine& quarantine, std::string id);
    Moving(const Moving&) = delete;
    Moving& operator=(const Moving&) = delete;
    ~Moving();

   private:
    Quarantine& quarantine_;
    const std::string id_;
  };
  void move(const BlobId& id) noexcept;
  void move_bytes(const BlobId& id);

  base::Files& files_;
  Database& database_;
  const std::string folder_;
  std::atomic<bool> has_any_ = false;
  std::mutex mutex_;
  std::set<std::string> damaged_;  // by id; guarded by mutex_, as the next
  std::set<std::string> moving_;
};

}  // namespace millrace::store
