// What becomes of former versions: put over, hidden behind delete markers, erased, listed.
#include "objects/engine.hpp"
#include "objects/listing.hpp"
#include "objects/versioning.hpp"

namespace millrace::objects {

namespace {

// After a version is gone, the newest that is left is shown, unless it is a marker.
void show_newest(store::Connection& connection, std::string_view bucket, std::string_view key) {
  if (rows::find_shown(connection, bucket, key)) return;
  const auto newest = rows::find_newest_hidden(connection, bucket, key);
  if (newest && !newest->marker) rows::set_shown(connection, newest->id, true);
}

rows::StoredObject marker_of(const Bucket& bucket, const std::string& key, base::Timestamp now) {
  rows::StoredObject marker;
  marker.detail.info.bucket = bucket.name;
  marker.detail.info.key = key;
  marker.detail.info.modified = now;
  marker.marker = true;
  marker.shown = false;
  return marker;
}

class VersionCollector {
 public:
  explicit VersionCollector(const VersionQuery& query) : query_(query) {}

  // The key to leap to where the rest of a common prefix is hidden; false to stop.
  bool take(const rows::StoredObject& version) {
    const ObjectInfo& info = version.detail.info;
    if (!info.key.starts_with(query_.prefix)) return false;
    const bool newest = info.key != last_seen_;
    last_seen_ = info.key;
    if (count_ == query_.limit) {
      listing_.truncated = true;
      return false;
    }
    ++count_;
    const std::string hidden = common_prefix(info.key, query_.prefix, query_.delimiter);
    if (hidden.empty()) return add({.info = info, .marker = version.marker, .newest = newest});
    leap_ = above(hidden);
    listing_.last_key = hidden;
    listing_.last_version.reset();
    listing_.common_prefixes.push_back(hidden);
    return false;
  }

  // The walk begins within this key's versions: the next of them is not its newest.
  void begin_within(std::string key) { last_seen_ = std::move(key); }
  [[nodiscard]] std::string take_leap() { return std::exchange(leap_, {}); }
  [[nodiscard]] VersionListing finish() { return std::move(listing_); }

 private:
  bool add(ListedVersion version) {
    listing_.last_key = version.info.key;
    listing_.last_version = version.info.version;
    listing_.versions.push_back(std::move(version));
    return true;
  }

  const VersionQuery& query_;
  VersionListing listing_;
  std::int64_t count_ = 0;
  std::string last_seen_;
  std::string leap_;
};

// The first place that may be listed: after the key, the version, or the common prefix given.
rows::VersionPlace first_place(store::Connection& connection, const VersionQuery& query) {
  if (query.key_after < query.prefix || query.key_after.empty()) return {.key = query.prefix};
  const std::string hidden = common_prefix(query.key_after, query.prefix, query.delimiter);
  if (!hidden.empty()) return {.key = above(hidden)};
  if (!query.version_after) return {.key = query.key_after + '\0'};
  const auto last =
      rows::find_version(connection, query.bucket, query.key_after, *query.version_after);
  if (!last) throw NoSuchVersion("no version " + *query.version_after);
  return {.key = query.key_after, .below_id = last->id};
}

}  // namespace

std::optional<rows::StoredObject> find_readable(store::Connection& connection,
                                                const ObjectName& name) {
  if (!name.version) {
    auto shown = rows::find_shown(connection, name.bucket, name.key);
    if (shown) return shown;
    const auto newest = rows::find_newest_hidden(connection, name.bucket, name.key);
    if (newest) throw DeletedKey(name.key, newest->detail.info.version);
    return std::nullopt;
  }
  auto found = rows::find_version(connection, name.bucket, name.key, *name.version);
  if (!found) throw NoSuchVersion("no version " + std::string(*name.version));
  if (found->marker) throw MarkerAsked(found->detail.info);
  return found;
}

void Engine::drop(store::Connection& connection, const Bucket& bucket,
                  const rows::StoredObject& version, Cause cause) {
  erase_blobs(connection, rows::delete_object(connection, version.id));
  tell(connection, bucket, version, Event::erased, cause);
}

void Engine::make_room(store::Connection& connection, const Bucket& bucket, std::string_view key,
                       const Precondition& precondition, Cause cause) {
  stamps_.changing(stamp_name(bucket.name, key));
  const auto shown = rows::find_shown(connection, bucket.name, key);
  check(precondition, shown, key);
  const Versioning versioning = versioning_of(bucket);
  if (versioning == Versioning::suspended) {
    const auto null = rows::find_version(connection, bucket.name, key, "");
    if (null) drop(connection, bucket, *null, cause);
  }
  if (!shown) return;
  if (versioning == Versioning::never) {
    drop(connection, bucket, *shown, cause);
  } else {
    rows::set_shown(connection, shown->id, false);
  }
}

std::int64_t Engine::add_version(store::Connection& connection, const Bucket& bucket,
                                 rows::StoredObject& object, const Precondition& precondition,
                                 Cause cause) {
  ObjectInfo& info = object.detail.info;
  make_room(connection, bucket, info.key, precondition, cause);
  if (versioning_of(bucket) == Versioning::enabled) info.version = make_version_id(random_);
  if (cause == Cause::request) await_replication(bucket, object);
  object.id = rows::insert_object(connection, object);
  tell(connection, bucket, object, object.marker ? Event::marked : Event::put, cause);
  return object.id;
}

Erasure Engine::hide(store::Connection& connection, const Bucket& bucket, const KeyToErase& asked,
                     Cause cause) {
  if (versioning_of(bucket) == Versioning::never) {
    make_room(connection, bucket, asked.key, asked.precondition, cause);
    return {};
  }
  rows::StoredObject marker = marker_of(bucket, asked.key, now());
  add_version(connection, bucket, marker, asked.precondition, cause);
  return {.marker = true, .version = marker.detail.info.version};
}

Erasure Engine::erase_version(store::Connection& connection, const Bucket& bucket,
                              const KeyToErase& asked, Cause cause) {
  stamps_.changing(stamp_name(bucket.name, asked.key));
  const auto found = rows::find_version(connection, bucket.name, asked.key, *asked.version);
  check(asked.precondition, found, asked.key);
  Erasure erasure{.outcome = Erased::done, .marker = false, .version = *asked.version};
  if (!found) return erasure;
  erasure.marker = found->marker;
  if (is_locked(found->detail.info.traits.lock, clock_.service(), asked.past_governance)) {
    erasure.outcome = Erased::locked;
    return erasure;
  }
  drop(connection, bucket, *found, cause);
  show_newest(connection, bucket.name, asked.key);
  return erasure;
}

Erasure Engine::erase_one(store::Connection& connection, const Bucket& bucket,
                          const KeyToErase& asked, Cause cause) {
  try {
    return asked.version ? erase_version(connection, bucket, asked, cause)
                         : hide(connection, bucket, asked, cause);
  } catch (const NoSuchKey&) {
    return {.outcome = Erased::no_such_key, .version = asked.version.value_or("")};
  } catch (const PreconditionFailed&) {
    return {.outcome = Erased::precondition_failed, .version = asked.version.value_or("")};
  }
}

std::vector<Erasure> Engine::erase(const identity::Permit& permit, std::string_view bucket,
                                   const std::vector<KeyToErase>& keys) {
  return database_.write([&](store::Connection& connection) {
    const Bucket found = own_bucket(connection, permit, bucket);
    std::vector<Erasure> erasures;
    erasures.reserve(keys.size());
    for (const KeyToErase& asked : keys) {
      erasures.push_back(erase_one(connection, found, asked, Cause::request));
    }
    return erasures;
  });
}

VersionListing Engine::list_versions(const identity::Permit& permit, const VersionQuery& query) {
  return database_.read([&](store::Connection& connection) {
    readable_bucket(connection, permit, query.bucket);
    VersionCollector collector(query);
    if (query.limit <= 0) return collector.finish();
    rows::VersionPlace from = first_place(connection, query);
    if (query.version_after) collector.begin_within(query.key_after);
    do {
      rows::each_version(connection, query.bucket, from, [&](const rows::StoredObject& version) {
        return collector.take(version);
      });
      from = {.key = collector.take_leap()};
    } while (!from.key.empty());
    return collector.finish();
  });
}

}  // namespace millrace::objects
