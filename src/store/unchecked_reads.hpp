// Blobs whose bytes went out without being compared with their checksum: each is looked at once,
// afterwards.
#pragma once

#include "store/blobs.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <unordered_map>

namespace millrace::store {

// Safe from any thread.
class UncheckedReads {
 public:
  // Does nothing where the blob was looked at since the start, or waits for it.
  void note(const BlobId& id);
  // Somebody compared the bytes and found them whole.
  void found_whole(const BlobId& id);
  // Somebody compared them and they differ, or the read failed.
  void doubt(const BlobId& id);
  [[nodiscard]] bool is_known_whole(const BlobId& id);

  // The one that waits longest.
  [[nodiscard]] std::optional<BlobId> take();
  // Until one waits, the time is over or a stop is asked for.
  void await(const std::stop_token& stop, std::chrono::milliseconds time);

 private:
  // What is not remembered is looked at once more.
  static constexpr std::size_t remembered = 256 * 1024;
  // What finds no room here is noted by its next read.
  static constexpr std::size_t room = 4096;

  [[nodiscard]] static std::uint64_t mark_of(const BlobId& id);
  void remember(std::uint64_t mark, bool is_whole);

  std::mutex mutex_;
  std::condition_variable_any comes_;
  // Those that wait or were looked at, and whether they were found whole. Guarded by mutex_, as all
  // below.
  std::unordered_map<std::uint64_t, bool> seen_;
  std::deque<BlobId> waiting_;
};

}  // namespace millrace::store
