#include "objects/replicator.hpp"

#include "objects/engine.hpp"
#include "objects/replica_plan.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

namespace millrace::objects {

namespace {

constexpr std::string_view reader_name = "replication";
constexpr std::int64_t page_size = 100;    // entries
constexpr int looks_at_once = 8;           // at a version that changes meanwhile
constexpr int rounds_for_unreadable = 10;  // before what cannot be read counts as lost

std::string named(const FeedEntry& entry) {
  return "s3://" + entry.bucket + "/" + entry.key + " (" + entry.version + ")";
}

// Our own name: what is damaged here, S3 would not have lost.
constexpr const char* unreadable_source = "SrcObjectUnreadable";

ReplicationDeed deed_of(const FeedEntry& entry, const Bucket& source, const ReplicationRule& rule,
                        const Original& original, std::string failure) {
  const rows::StoredObject& object = original.object;
  const ObjectInfo& info = object.detail.info;
  const bool is_whole = what_to_replicate(info.traits, object.marker) == Replicated::version;
  return {.copy = MeasuredCopy{.entry = entry,
                               .source = source,
                               .rule = rule,
                               .size = is_whole ? info.size : 0,
                               .etag = info.etag},
          .time = {},
          .failure = std::move(failure)};
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

Replicator::Replicator(ObjectStore& objects, identity::Authority& authority, base::Log& log,
                       ReplicationListener* listener)
    : engine_(static_cast<Engine&>(objects)),
      authority_(authority),
      log_(log),
      listener_(listener) {
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
  const Outcome outcome = make_replicas(entry, original, stop, in_flight);
  const bool is_settled = settle(entry, original, outcome);
  in_flight.kept();
  return is_settled;
}

Replicator::Outcome Replicator::make_replicas(const FeedEntry& entry, const Original& original,
                                              const std::stop_token& stop,
                                              BodiesInFlight& in_flight) {
  const auto source = engine_.bucket(entry.bucket);
  if (!source) throw Overtaken("the bucket is gone");
  const Replication replication = parse_replication(source->setting(replication_setting));
  Outcome outcome;
  if (replication.rules.empty()) {
    refuse(deed_of(entry, *source, {}, original, "SrcBucketReplicationConfigMissing"), outcome);
    return outcome;
  }
  const ObjectInfo& info = original.object.detail.info;
  const Replicated what = what_to_replicate(info.traits, original.object.marker);
  std::optional<ReplicaPlan> plan;
  for (const ReplicationRule& rule : rules_for(replication, info, what)) {
    try {
      if (!plan) plan.emplace(engine_, authority_, *source, original, replication.role);
      auto replica = plan->replica(rule);
      if (!replica) continue;
      if (!replica->is_change) copy_bodies(engine_, original, stop, in_flight, *replica);
      outcome.replicas.push_back(*std::move(replica));
      outcome.deeds.push_back(deed_of(entry, *source, rule, original, ""));
    } catch (const ReplicationRefused& refusal) {
      refuse(deed_of(entry, *source, rule, original, refusal.what()), outcome);
    }
  }
  if (!outcome.replicas.empty() || !outcome.failure.empty()) return outcome;
  const bool is_change = what == Replicated::change;
  refuse(deed_of(entry, *source, {}, original,
                 is_change ? "DstVersionNotFound" : "SrcObjectNotEligible"),
         outcome);
  return outcome;
}

void Replicator::refuse(const ReplicationDeed& deed, Outcome& outcome) {
  const std::string& to = deed.copy.rule.bucket;
  log_.write(base::Level::warning, "replication of " + named(deed.copy.entry) +
                                       (to.empty() ? "" : " to " + to) +
                                       " failed: " + deed.failure);
  if (outcome.failure.empty()) outcome.failure = deed.failure;
  outcome.deeds.push_back(deed);
}

bool Replicator::settle(const FeedEntry& entry, const Original& original, const Outcome& outcome) {
  ReplicationDeeds deeds;
  if (listener_ != nullptr) {
    std::ranges::copy_if(outcome.deeds, std::back_inserter(deeds),
                         [](const ReplicationDeed& deed) { return deed.copy.rule.is_measured; });
  }
  for (ReplicationDeed& deed : deeds) deed.time = engine_.time();
  const bool is_settled =
      engine_.settle_replication(Engine::Settlement{.reader = reader_name,
                                                    .entry = entry,
                                                    .original = original,
                                                    .replicas = outcome.replicas,
                                                    .failure = outcome.failure,
                                                    .also = [&](store::Connection& connection) {
                                                      if (!deeds.empty())
                                                        listener_->settling(connection, deeds);
                                                    }});
  if (is_settled && !deeds.empty()) listener_->settled(deeds);
  return is_settled;
}

void Replicator::give_up(const FeedEntry& entry, const Original& original, bool for_good) {
  times_unreadable_ = unreadable_ == entry.position ? times_unreadable_ + 1 : 1;
  unreadable_ = entry.position;
  if (!for_good && times_unreadable_ < rounds_for_unreadable) {
    throw store::StoreError("what is to be replicated cannot be read; tried again soon");
  }
  Outcome outcome;
  const auto source = engine_.bucket(entry.bucket);
  if (!source) throw store::StoreError("what cannot be read is gone; tried again soon");
  const Replication replication = parse_replication(source->setting(replication_setting));
  const ObjectInfo& info = original.object.detail.info;
  for (const ReplicationRule& rule : rules_for(replication, info, Replicated::version)) {
    refuse(deed_of(entry, *source, rule, original, unreadable_source), outcome);
  }
  outcome.failure = unreadable_source;
  if (settle(entry, original, outcome)) return;
  throw store::StoreError("what cannot be read was changed meanwhile; tried again soon");
}

}  // namespace millrace::objects
