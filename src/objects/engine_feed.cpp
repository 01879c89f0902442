// What the engine tells those who follow a bucket: feed.hpp.
#include "objects/engine.hpp"

namespace millrace::objects {

FeedBell& feed_bell(ObjectStore& objects) { return static_cast<Engine&>(objects).feed_bell(); }

void Engine::tell(store::Connection& connection, const Bucket& bucket,
                  const rows::StoredObject& version, Event event, Cause cause) {
  if (!is_followed(bucket)) return;
  const ObjectInfo& info = version.detail.info;
  add_to_feed(connection, {.time = clock_.service(),
                           .bucket = bucket.name,
                           .key = info.key,
                           .version = info.version,
                           .row = version.id,
                           .event = event,
                           .cause = cause});
  feed_bell_.entry_added();
}

void Engine::tell_difference(store::Connection& connection, const Bucket& bucket,
                             const rows::StoredObject& before, const ObjectInfo& after,
                             Cause cause) {
  if (!is_followed(bucket)) return;
  const ObjectInfo& was = before.detail.info;
  const Traits& had = was.traits;
  const Traits& has = after.traits;
  const auto told = [&](Event event, bool differs) {
    if (differs) tell(connection, bucket, before, event, cause);
  };
  told(Event::tagged, was.tags != after.tags);
  told(Event::granted, had.acl != has.acl || had.owner != has.owner);
  told(Event::locked, had.lock != has.lock);
  // Copies that are asked for once more.
  const bool is_wanted_again =
      has.replication == replication_pending && had.replication != replication_pending;
  told(Event::altered, is_wanted_again || had.storage_class != has.storage_class ||
                           had.restore != has.restore || had.lying.archive != has.lying.archive);
}

}  // namespace millrace::objects
