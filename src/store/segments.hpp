// The files that small blobs share: appended in memory at once, written with the group that
// follows, and synced for many groups at once.
#pragma once

#include "base/files.hpp"
#include "store/blob_format.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::store {

class Segments {
 public:
  static constexpr std::uint64_t pending_limit =
      64 * 1024 * 1024;  // bytes that may wait for a group

  // Appends begin behind what segment `first` holds; one that has `full` bytes gets no more.
  Segments(base::Files& files, std::string folder, std::uint32_t first, std::uint64_t full);

  struct Piece {
    std::uint32_t segment;
    std::uint64_t offset;
    std::string bytes;
  };

  // From any thread. The body is readable after the next `write_pending`. Throws StoreError over
  // the limit.
  [[nodiscard]] SmallPlace append(std::string_view body);
  // On the writer's thread: writes what waits. After a failed write it waits on.
  void write_pending();
  // What was written and is durable nowhere yet: until it was recorded for good, or synced.
  [[nodiscard]] const std::vector<Piece>& unrecorded() const { return unrecorded_; }
  void recorded() { unrecorded_.clear(); }
  // Bytes written since the last sync.
  [[nodiscard]] std::uint64_t unsynced_bytes() const { return unsynced_bytes_; }
  // Of what `unrecorded` says.
  [[nodiscard]] std::uint64_t unrecorded_bytes() const;
  // All that was written is durable; throws SyncError.
  void sync();

  // Between `append` and `settled` a body's segment is not removed.
  void settled(const SmallPlace& place);
  [[nodiscard]] bool is_in_flight(const SmallPlace& place);
  // Whether nothing will come into the segment any more that is not counted in its row.
  [[nodiscard]] bool is_closed(std::uint32_t segment);
  void remove(std::uint32_t segment);

  // Open for reading; shared by the blobs that are read from it.
  [[nodiscard]] std::shared_ptr<base::File> open(std::uint32_t segment);

 private:
  static constexpr std::size_t open_limit = 64;

  [[nodiscard]] static bool touches(const Piece& piece, const Piece& next);
  [[nodiscard]] std::string path_of(std::uint32_t segment) const;
  void begin_segment();
  void enqueue(std::string bytes);
  void take_pending();
  [[nodiscard]] base::File& append_to(std::uint32_t segment);
  void sync_file();

  base::Files& files_;
  const std::string folder_;
  const std::uint64_t full_;

  // Used by the writer's thread alone.
  std::vector<Piece> unwritten_;
  std::vector<Piece> unrecorded_;
  std::uint64_t unsynced_bytes_ = 0;  // of the file `appended_`
  std::uint32_t appended_to_ = 0;
  std::unique_ptr<base::File> appended_;

  std::mutex mutex_;
  std::vector<Piece> pending_;  // guarded by mutex_, as all below
  std::uint64_t pending_bytes_ = 0;
  std::uint32_t current_;
  std::uint64_t end_ = 0;  // of `current_`
  bool is_begun_ = false;  // its header was written by this process
  std::map<std::uint32_t, std::set<std::uint64_t>> in_flight_;  // offsets by segment
  std::map<std::uint32_t, std::shared_ptr<base::File>> open_;
};

}  // namespace millrace::store
