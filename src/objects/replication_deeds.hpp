// What became of copies that rules ask for, told to who measures replication; and which copies
// wait.
#pragma once

#include "objects/feed.hpp"
#include "objects/object_store.hpp"
#include "objects/replication.hpp"
#include "store/database.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace millrace::objects {

// One version, delete marker or change on its way to one destination, by a rule that is measured.
struct MeasuredCopy {
  FeedEntry entry;  // what asked for it, and when
  Bucket source;
  ReplicationRule rule;
  std::uint64_t size = 0;  // bytes that go along
  std::string etag;
};

struct ReplicationDeed {
  MeasuredCopy copy;
  base::Timestamp time;
  std::string failure;  // S3's name of the reason; empty: it was made
};
using ReplicationDeeds = std::vector<ReplicationDeed>;

class ReplicationListener {
 public:
  virtual ~ReplicationListener() = default;
  // Inside the write that settles them.
  virtual void settling(store::Connection& connection, const ReplicationDeeds& deeds) = 0;
  // That write is durable. From any thread.
  virtual void settled(const ReplicationDeeds& deeds) = 0;
};

// Why the last copies of a version, which is named, could not be made: S3's name of the reason,
// empty where it is not known. Kept for a while, and not over a restart.
[[nodiscard]] std::string replication_failure(ObjectStore& objects, const ObjectName& name);

class ReplicationFailures {
 public:
  void note(std::int64_t row, const std::string& failure);
  [[nodiscard]] std::string of(std::int64_t row);

 private:
  std::mutex mutex_;
  std::map<std::int64_t, std::string> known_;  // by row; guarded by mutex_
};

// A look at what waits goes no further than so many changes.
constexpr std::size_t most_waiting_changes = 1'000'000;

// The rules that are measured, and each copy that waits by one of them, the oldest first.
struct WaitingCopies {
  std::function<void(const Bucket& source, const ReplicationRule& rule)> rule;
  std::function<void(const MeasuredCopy& copy)> copy;
};
void look_at_waiting_copies(ObjectStore& objects, const WaitingCopies& tell);

}  // namespace millrace::objects
