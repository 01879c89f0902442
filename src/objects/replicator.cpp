#include "objects/replicator.hpp"

#include "objects/engine.hpp"
#include "objects/replica_plan.hpp"

namespace millrace::objects {

namespace {

constexpr std::string_view reader_name = "replication";
constexpr std::int64_t page_size = 100;    // entries
constexpr int looks_at_once = 8;           // at a version that changes meanwhile
constexpr int rounds_for_unreadable = 10;  // before what cannot be read counts as lost

std::string named(const FeedEntry& entry) {
  return "s3://" + entry.bucket + "/" + entry.key + " (" + entry.version + ")";
}

// All bodies, sealed as the replica says.
void copy_bodies(Engine& engine, const Original& original, const std::stop_token& stop,
                 BodiesInFlight& in_flight, NewReplica& replica) {
  ObjectInfo& info = replica.object.detail.info;
  const Encryption from = to_encryption(original.object.detail.info.traits.encryption);
  const Encryption to = to_encryption(info.traits.encryption);
  for (const Part& body : original.bodies) {
    CopiedBody copied = engine.copy_body(body, from, to, stop);
    in_flight.add(copied.blob);
    replica.bodies.push_back(body);
    replica.bodies.back().blob = std::move(copied.blob);
    if (copied.etag.empty()) continue;
    info.etag = std::move(copied.etag);
    const std::int64_t parts = replica.object.detail.parts;
    if (parts > 0) info.etag += "-" + std::to_string(parts);
  }
}

}  // namespace

Replicator::Replicator(ObjectStore& objects, identity::Authority& authority, base::Log& log)
    : engine_(static_cast<Engine&>(objects)), authority_(authority), log_(log) {
  engine_.join_feed(reader_name);
}

void Replicator::wait(std::chrono::milliseconds patience, const std::stop_token& stop) {
  engine_.feed_bell().wait(heard_, patience, stop);
}

void Replicator::run(const std::stop_token& stop) {
  heard_ = engine_.feed_bell().rings();
  while (!stop.stop_requested()) {
    const auto entries = engine_.feed(reader_name, page_size);
    if (entries.empty()) return;
    std::int64_t passed = 0;  // of which nothing came
    try {
      for (const FeedEntry& entry : entries) {
        if (stop.stop_requested()) break;
        passed = take(entry, stop) ? 0 : entry.position;
      }
    } catch (const ReplicationStopped&) {
      return;
    }
    if (passed > 0) engine_.advance_feed(reader_name, passed);
  }
}

bool Replicator::take(const FeedEntry& entry, const std::stop_token& stop) {
  for (int look = 1;; ++look) {
    const auto original = engine_.original(entry);
    const bool waits =
        original && awaits_replication(original->object.detail.info.traits.replication);
    if (!waits) return false;
    try {
      if (replicate(entry, *original, stop)) return true;
      if (look == looks_at_once) throw store::StoreError("a version changes all the time");
    } catch (const UnreadableOriginal& error) {
      log_.write(base::Level::error, "replication of " + named(entry) + ": " + error.what());
      give_up(entry, *original, error.for_good);
      return true;
    } catch (const Overtaken&) {
      if (look == looks_at_once) throw store::StoreError("a version changes all the time");
    } catch (const NoSuchBucket&) {
      if (look == looks_at_once) throw store::StoreError("a destination comes and goes");
    } catch (const ForeignBucket&) {
      if (look == looks_at_once) throw store::StoreError("a destination comes and goes");
    }
  }
}

bool Replicator::replicate(const FeedEntry& entry, const Original& original,
                           const std::stop_token& stop) {
  BodiesInFlight in_flight = engine_.bodies_in_flight();
  std::vector<NewReplica> replicas;
  bool is_done = false;
  try {
    is_done = make_replicas(entry, original, stop, in_flight, replicas);
  } catch (const ReplicationRefused& refusal) {
    tell_refused(entry, "", refusal.what());
  }
  const bool is_settled =
      engine_.settle_replication(reader_name, entry, original, replicas, is_done);
  in_flight.kept();
  return is_settled;
}

bool Replicator::make_replicas(const FeedEntry& entry, const Original& original,
                               const std::stop_token& stop, BodiesInFlight& in_flight,
                               std::vector<NewReplica>& replicas) {
  const auto source = engine_.bucket(entry.bucket);
  if (!source) throw Overtaken("the bucket is gone");
  const Replication replication = parse_replication(source->setting(replication_setting));
  if (replication.rules.empty()) throw ReplicationRefused("SrcBucketReplicationConfigMissing");
  ReplicaPlan plan(engine_, authority_, *source, original, replication.role);
  bool is_done = true;
  for (const ReplicationRule& rule :
       rules_for(replication, original.object.detail.info, plan.what())) {
    try {
      auto replica = plan.replica(rule);
      if (!replica) continue;
      if (!replica->is_change) copy_bodies(engine_, original, stop, in_flight, *replica);
      replicas.push_back(*std::move(replica));
    } catch (const ReplicationRefused& refusal) {
      is_done = false;
      tell_refused(entry, rule.bucket, refusal.what());
    }
  }
  if (!replicas.empty() || !is_done) return is_done;
  throw ReplicationRefused(plan.what() == Replicated::change ? "DstVersionNotFound"
                                                             : "SrcObjectNotEligible");
}

void Replicator::tell_refused(const FeedEntry& entry, const std::string& bucket,
                              std::string_view reason) {
  log_.write(base::Level::warning, "replication of " + named(entry) +
                                       (bucket.empty() ? "" : " to " + bucket) +
                                       " failed: " + std::string(reason));
}

void Replicator::give_up(const FeedEntry& entry, const Original& original, bool for_good) {
  times_unreadable_ = unreadable_ == entry.position ? times_unreadable_ + 1 : 1;
  unreadable_ = entry.position;
  if (!for_good && times_unreadable_ < rounds_for_unreadable) {
    throw store::StoreError("what is to be replicated cannot be read; tried again soon");
  }
  if (engine_.settle_replication(reader_name, entry, original, {}, false)) return;
  throw store::StoreError("what cannot be read was changed meanwhile; tried again soon");
}

}  // namespace millrace::objects
