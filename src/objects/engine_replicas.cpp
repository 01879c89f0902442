// Replication in the engine: which versions have to wait for it, their bodies copied, their copies
// and the original's new status written in one commit.
#include "objects/engine.hpp"
#include "objects/replicas.hpp"
#include "objects/versioning.hpp"
#include "objects/wrapped_key.hpp"
#include "store/cared_blobs.hpp"

namespace millrace::objects {

namespace {

constexpr std::size_t failures_kept = 10'000;

// Tells what cannot be read from what cannot be written.
template <class Work>
auto reading(const Work& work) {
  try {
    return work();
  } catch (const store::DamagedBlob& error) {
    throw UnreadableOriginal(error.what(), true);
  } catch (const store::StoreError& error) {
    throw UnreadableOriginal(error.what(), false);
  }
}

// Ends when it is told to.
class OriginalReader final : public base::Reader {
 public:
  OriginalReader(const base::Source& source, const std::stop_token& stop)
      : below_(source), stop_(stop) {}

  std::size_t read(char* out, std::size_t size) override {
    if (stop_.stop_requested()) throw ReplicationStopped("the server stops");
    return reading([&] { return below_.read(out, size); });
  }

 private:
  base::SourceReader below_;
  const std::stop_token& stop_;
};

void copy(base::Reader& from, base::Sink& to) {
  std::string step(transfer_step, '\0');
  while (const std::size_t got = from.read(step.data(), step.size())) {
    to.write(std::string_view(step).substr(0, got));
  }
}

bool has_same_metadata(const ObjectInfo& one, const ObjectInfo& other) {
  return one.tags == other.tags && one.traits.acl == other.traits.acl &&
         one.traits.owner == other.traits.owner && one.traits.lock == other.traits.lock;
}

}  // namespace

BodiesInFlight::~BodiesInFlight() {
  for (const store::BlobId& body : bodies_) {
    try {
      blobs_.discard(body);
    } catch (const store::StoreError&) {
      continue;  // the next start removes what no row names
    }
  }
}

void Engine::await_replication(const Bucket& bucket, rows::StoredObject& object) {
  if (bucket.setting(replication_setting).empty()) return;
  ObjectInfo& info = object.detail.info;
  const Replicated what = object.marker ? Replicated::marker : Replicated::version;
  if (rules_for(*replications_.of(bucket), info, what).empty()) return;
  info.traits.replication = replication_pending;
}

void Engine::await_replication_of_change(const Bucket& bucket, const ObjectInfo& before,
                                         ObjectInfo& after) {
  std::string& status = after.traits.replication;
  if (status.empty() || bucket.setting(replication_setting).empty()) return;
  if (has_same_metadata(before, after)) return;
  if (rules_for(*replications_.of(bucket), after, Replicated::change).empty()) return;
  status = status_when_changed(status);
}

std::vector<FeedEntry> Engine::feed(std::string_view reader, std::int64_t after,
                                    std::int64_t limit) {
  return database_.read(
      [&](store::Connection& connection) { return read_feed(connection, reader, after, limit); });
}

void Engine::join_feed(std::string_view reader) {
  const bool is_in =
      database_.read([&](store::Connection& connection) { return is_in_feed(connection, reader); });
  if (is_in) return;
  database_.write([&](store::Connection& connection) { objects::join_feed(connection, reader); });
}

void Engine::advance_feed(std::string_view reader, std::int64_t position) {
  database_.write(
      [&](store::Connection& connection) { objects::advance_feed(connection, reader, position); });
}

std::optional<Original> Engine::original(const FeedEntry& entry) {
  return database_.read([&](store::Connection& connection) -> std::optional<Original> {
    auto found = rows::find_version(connection, entry.bucket, entry.key, entry.version);
    if (!found || found->id != entry.row) return std::nullopt;
    Original original{.object = *std::move(found), .bodies = {}};
    const rows::StoredObject& object = original.object;
    if (object.detail.parts > 0) {
      original.bodies = rows::object_bodies(connection, object.id);
    } else if (!object.marker) {
      original.bodies.push_back({.number = 0,
                                 .size = object.detail.info.size,
                                 .etag = {},
                                 .modified = {},
                                 .checksums = {},
                                 .blob = {object.blob}});
    }
    return original;
  });
}

std::optional<rows::StoredObject> Engine::find_replica(std::string_view bucket,
                                                       std::string_view key,
                                                       std::string_view version) {
  return database_.read([&](store::Connection& connection) {
    return rows::find_version(connection, bucket, key, version);
  });
}

// The customer's key of SSE-C is nowhere: such bodies are copied as they lie, under the same key.
CopiedBody Engine::copy_body(const Part& body, const Encryption& from, const Encryption& to,
                             const std::stop_token& stop) {
  const bool as_it_lies = from.kind == sse_c;
  const rows::StoredPiece piece{.blob = body.blob.text,
                                .range = ByteRange{.offset = 0, .length = body.size}};
  const auto source = reading([&] {
    return as_it_lies ? blobs_.open(body.blob)
                      : open_piece(piece, Protection{.encryption = from, .customer_key = {}});
  });
  OriginalReader reader(*source, stop);
  if (as_it_lies) {
    const auto writer = blobs_.create();
    copy(reader, *writer);
    return {.blob = with_key(writer->finish(), wrapped_key_in(body.blob).value()), .etag = {}};
  }
  Draft draft = receive(reader, {}, put_limit, Protection{.encryption = to, .customer_key = {}});
  store::BlobId blob = draft.bytes->finish();
  if (!draft.wrapped_key.empty()) blob = with_key(blob, draft.wrapped_key);
  const bool is_new = from.kind != to.kind && to.kind == sse_kms;
  return {.blob = std::move(blob), .etag = is_new ? draft.etag : std::string()};
}

bool Engine::settle_replication(const Settlement& settlement) {
  const FeedEntry& entry = settlement.entry;
  return database_.write([&](store::Connection& connection) {
    const auto found = rows::find_version(connection, entry.bucket, entry.key, entry.version);
    if (!found || found->id != entry.row) throw Overtaken("the version is gone");
    for (const NewReplica& replica : settlement.replicas) write_replica(connection, replica);
    const ObjectInfo& info = found->detail.info;
    if (!has_same_metadata(info, settlement.original.object.detail.info)) return false;
    stamps_.changing(stamp_name(entry.bucket, entry.key));
    Traits traits = info.traits;
    traits.replication = status_when_done(traits.replication, settlement.failure.empty());
    rows::set_object_traits(connection, found->id, traits);
    objects::advance_feed(connection, settlement.reader, settlement.reached);
    settlement.also(connection);
    // Before the commit: who sees that it failed finds the reason.
    failures_.note(entry.row, settlement.failure);
    return true;
  });
}

void ReplicationFailures::note(std::int64_t row, const std::string& failure) {
  const std::lock_guard lock(mutex_);
  if (failure.empty()) {
    known_.erase(row);
    return;
  }
  if (known_.size() >= failures_kept) known_.clear();
  known_.insert_or_assign(row, failure);
}

std::string ReplicationFailures::of(std::int64_t row) {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(row);
  return found == known_.end() ? std::string() : found->second;
}

std::string Engine::replication_failure(const ObjectName& name) {
  const auto found = database_.read([&](store::Connection& connection) {
    return rows::find_version(connection, name.bucket, name.key, name.version.value_or(""));
  });
  return found ? failures_.of(found->id) : std::string();
}

void Engine::write_replica(store::Connection& connection, const NewReplica& replica) {
  const ObjectInfo& info = replica.object.detail.info;
  const Bucket bucket = own_bucket(connection, replica.permit, info.bucket);
  const auto found = rows::find_version(connection, bucket.name, info.key, info.version);
  if (versioning_of(bucket) != Versioning::enabled || found.has_value() != replica.is_change) {
    throw Overtaken("the destination is another than it was");
  }
  stamps_.changing(stamp_name(bucket.name, info.key));
  if (found) return change_replica(connection, bucket, *found, info);
  insert_replica(connection, bucket, replica);
}

void Engine::insert_replica(store::Connection& connection, const Bucket& bucket,
                            const NewReplica& replica) {
  rows::StoredObject object = replica.object;
  const auto shown = rows::find_shown(connection, bucket.name, object.detail.info.key);
  if (shown) rows::set_shown(connection, shown->id, false);
  object.shown = !object.marker;
  const bool is_whole = object.detail.parts == 0 && !object.marker;
  if (is_whole) object.blob = replica.bodies.front().blob.text;
  object.id = rows::insert_object(connection, object);
  std::uint64_t offset = 0;
  for (const Part& body : replica.bodies) {
    if (!is_whole) rows::insert_piece(connection, object.id, body, offset);
    offset += body.size;
    blobs_.keep(connection, body.blob);
  }
  tell(connection, bucket, object, object.marker ? Event::marked : Event::put, Cause::replication);
}

void Engine::change_replica(store::Connection& connection, const Bucket& bucket,
                            const rows::StoredObject& found, const ObjectInfo& wanted) {
  ObjectInfo info = found.detail.info;
  info.tags = wanted.tags;
  info.traits.owner = wanted.traits.owner;
  info.traits.acl = wanted.traits.acl;
  info.traits.lock = wanted.traits.lock;
  rows::set_object_tags(connection, found.id, info.tags);
  rows::set_object_traits(connection, found.id, info.traits);
  tell_difference(connection, bucket, found, info, Cause::replication);
}

}  // namespace millrace::objects
