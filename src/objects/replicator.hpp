// Carries replication out: follows the change feed, acts as the role that a bucket's configuration
// names, and makes the copies that its rules ask for. Each version's copies, its new status and the
// place in the feed are one commit, so that a copy is made once, whatever happens in between.
#pragma once

#include "base/log.hpp"
#include "identity/authority.hpp"
#include "objects/object_store.hpp"
#include "objects/replication_deeds.hpp"

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace millrace::objects {

class BodiesInFlight;
class Engine;
struct NewReplica;
struct Original;

class Replicator {
 public:
  // All outlive it. `objects` is the store of open_objects; `listener` may be null.
  Replicator(ObjectStore& objects, identity::Authority& authority, base::Log& log,
             ReplicationListener* listener = nullptr);

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

  // Whether it was settled with its place in the feed; else there was nothing to do.
  bool take(const FeedEntry& entry, const std::stop_token& stop);
  // False where the original was changed meanwhile.
  bool replicate(const FeedEntry& entry, const Original& original, const std::stop_token& stop);
  [[nodiscard]] Outcome make_replicas(const FeedEntry& entry, const Original& original,
                                      const std::stop_token& stop, BodiesInFlight& in_flight);
  bool settle(const FeedEntry& entry, const Original& original, const Outcome& outcome);
  // Of one destination; without a rule, of all that there might be.
  void refuse(const ReplicationDeed& deed, Outcome& outcome);
  // Settles as failed what could not be read for good, or for too long.
  void give_up(const FeedEntry& entry, const Original& original, bool for_good);

  Engine& engine_;
  identity::Authority& authority_;
  base::Log& log_;
  ReplicationListener* listener_;
  std::uint64_t heard_ = 0;      // rings of the feed's bell
  std::int64_t unreadable_ = 0;  // place of what could not be read the last time
  int times_unreadable_ = 0;
};

}  // namespace millrace::objects
