#include "objects/replicator.hpp"

#include "objects/engine.hpp"
#include "objects/replica_plan.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

namespace millrace::objects {

namespace {

constexpr std::string_view reader_name = "replication";
constexpr std::int64_t page_size = 100;      // entries
constexpr std::size_t most_under_way = 256;  // entries taken up and not done with
constexpr int looks_at_once = 8;             // at a version that changes meanwhile
constexpr int rounds_for_unreadable = 10;    // before what cannot be read counts as lost

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
                       ReplicationListener* listener, std::size_t threads)
    : engine_(static_cast<Engine&>(objects)),
      authority_(authority),
      log_(log),
      listener_(listener),
      threads_(threads) {
  engine_.join_feed(reader_name);
}

void Replicator::wait(std::chrono::milliseconds patience, const std::stop_token& stop) {
  engine_.feed_bell().wait(heard_, patience, stop);
}

void Replicator::Progress::clear() {
  const std::lock_guard lock(mutex_);
  open_.clear();
  last_ = 0;
}

void Replicator::Progress::begin(std::int64_t place) {
  const std::lock_guard lock(mutex_);
  open_.insert(place);
  last_ = place;
}

void Replicator::Progress::end(std::int64_t place) {
  const std::lock_guard lock(mutex_);
  open_.erase(place);
}

std::int64_t Replicator::Progress::reached(std::int64_t ending) {
  const std::lock_guard lock(mutex_);
  auto first = open_.begin();
  if (first != open_.end() && *first == ending) ++first;
  return first == open_.end() ? last_ : *first - 1;
}

void Replicator::run(const std::stop_token& stop) {
  heard_ = engine_.feed_bell().rings();
  progress_.clear();
  try {
    base::WorkByKey works(threads_, most_under_way);
    take_all(works, stop);
    works.finish();
  } catch (const ReplicationStopped&) {
    return;
  }
  advance();
}

// A version is where its key is, whatever bucket it is in: two sources may have one destination.
void Replicator::take_all(base::WorkByKey& works, const std::stop_token& stop) {
  std::int64_t after = 0;
  while (!stop.stop_requested()) {
    const auto entries = engine_.feed(reader_name, after, page_size);
    if (entries.empty()) return;
    for (const FeedEntry& entry : entries) {
      if (stop.stop_requested()) return;
      after = entry.position;
      progress_.begin(entry.position);
      works.add(entry.key, [this, entry, &stop] {
        take(entry, stop);
        progress_.end(entry.position);
      });
    }
    advance();
  }
}

void Replicator::advance() {
  const std::int64_t reached = progress_.reached();
  {
    const std::lock_guard lock(mutex_);
    if (reached <= advanced_) return;
  }
  engine_.advance_feed(reader_name, reached);
  note_advanced(reached);
}

void Replicator::note_advanced(std::int64_t place) {
  const std::lock_guard lock(mutex_);
  advanced_ = std::max(advanced_, place);
}

void Replicator::take(const FeedEntry& entry, const std::stop_token& stop) {
  for (int look = 1;; ++look) {
    const auto original = engine_.original(entry);
    const bool waits =
        original && awaits_replication(original->object.detail.info.traits.replication);
    if (!waits) return;
    try {
      if (replicate(entry, *original, stop)) return;
      if (look == looks_at_once) throw store::StoreError("a version changes all the time");
    } catch (const UnreadableOriginal& error) {
      log_.write(base::Level::error, "replication of " + named(entry) + ": " + error.what());
      return give_up(entry, *original, error.for_good);
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
  const auto also = [&](store::Connection& connection) {
    if (!deeds.empty()) listener_->settling(connection, deeds);
  };
  const std::int64_t reached = progress_.reached(entry.position);
  const bool is_settled =
      engine_.settle_replication(Engine::Settlement{.reader = reader_name,
                                                    .reached = reached,
                                                    .entry = entry,
                                                    .original = original,
                                                    .replicas = outcome.replicas,
                                                    .failure = outcome.failure,
                                                    .also = also});
  if (!is_settled) return false;
  note_advanced(reached);
  if (!deeds.empty()) listener_->settled(deeds);
  return true;
}

void Replicator::give_up(const FeedEntry& entry, const Original& original, bool for_good) {
  if (!for_good && is_worth_another_round(entry.position)) {
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

bool Replicator::is_worth_another_round(std::int64_t place) {
  const std::lock_guard lock(mutex_);
  if (++unreadable_[place] < rounds_for_unreadable) return true;
  unreadable_.erase(place);
  return false;
}

}  // namespace millrace::objects
