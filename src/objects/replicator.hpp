// Carries replication out: follows the change feed, acts as the role that a bucket's configuration
// names, and makes the copies that its rules ask for. Each version's copies, its new status and the
// place in the feed are one commit, so that a copy is made once, whatever happens in between. Keys
// are replicated on several threads, the changes of one key in the feed's order.
#pragma once

#include "base/log.hpp"
#include "base/work_by_key.hpp"
#include "identity/authority.hpp"
#include "objects/object_store.hpp"
#include "objects/replication_deeds.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace millrace::objects {

// Changes that are replicated at a time by a server.
constexpr std::size_t replication_threads_limit = 8;

class BodiesInFlight;
class Engine;
struct NewReplica;
struct Original;

class Replicator {
 public:
  // All outlive it. `objects` is the store of open_objects; `listener` may be null. With one thread
  // all is done on the caller's.
  Replicator(ObjectStore& objects, identity::Authority& authority, base::Log& log,
             ReplicationListener* listener = nullptr, std::size_t threads = 1);

  // Does what is due, and ends early when it is told to. Throws StoreError where the disk does not
  // let it: the same is then due again.
  void run(const std::stop_token& stop = {});
  // Returns when something may be due, or when it is told to.
  void wait(std::chrono::milliseconds patience, const std::stop_token& stop);

 private:
  // What one version comes to at its destinations.
  struct Outcome {
    std::vector<NewReplica> replicas;
    ReplicationDeeds deeds;
    std::string failure;  // the first reason of those; empty: all may have theirs
  };

  // The places of the feed that were taken up and are not done with, and the last taken up.
  class Progress {
   public:
    void clear();
    void begin(std::int64_t place);
    void end(std::int64_t place);
    // All up to there is done with, once `ending` is.
    [[nodiscard]] std::int64_t reached(std::int64_t ending = 0);

   private:
    std::mutex mutex_;
    std::set<std::int64_t> open_;  // guarded by mutex_, as the next
    std::int64_t last_ = 0;
  };

  void take_all(base::WorkByKey& works, const std::stop_token& stop);
  // What was passed without a commit of its own is done with too.
  void advance();
  void note_advanced(std::int64_t place);
  void take(const FeedEntry& entry, const std::stop_token& stop);
  // False where the original was changed meanwhile.
  bool replicate(const FeedEntry& entry, const Original& original, const std::stop_token& stop);
  [[nodiscard]] Outcome make_replicas(const FeedEntry& entry, const Original& original,
                                      const std::stop_token& stop, BodiesInFlight& in_flight);
  bool settle(const FeedEntry& entry, const Original& original, const Outcome& outcome);
  // Of one destination; without a rule, of all that there might be.
  void refuse(const ReplicationDeed& deed, Outcome& outcome);
  // Settles as failed what could not be read for good, or for too long.
  void give_up(const FeedEntry& entry, const Original& original, bool for_good);
  [[nodiscard]] bool is_worth_another_round(std::int64_t place);

  Engine& engine_;
  identity::Authority& authority_;
  base::Log& log_;
  ReplicationListener* listener_;
  const std::size_t threads_;
  std::uint64_t heard_ = 0;  // rings of the feed's bell
  Progress progress_;
  std::mutex mutex_;
  std::int64_t advanced_ = 0;  // the reader's place, as it was written here; guarded by mutex_
  std::map<std::int64_t, int> unreadable_;  // rounds, by place; guarded by mutex_
};

}  // namespace millrace::objects
