// Many objects in one commit.
#include "objects/engine.hpp"
#include "objects/loading.hpp"
#include "objects/wrapped_key.hpp"

namespace millrace::objects {

namespace {

store::BlobId finished(Draft& draft) {
  const store::BlobId blob = draft.bytes->finish();
  return draft.wrapped_key.empty() ? blob : with_key(blob, draft.wrapped_key);
}

}  // namespace

void Engine::put_all(const identity::Permit& permit, std::string_view bucket,
                     std::vector<NewObject> all) {
  std::vector<store::BlobId> blobs;
  blobs.reserve(all.size());
  try {
    for (NewObject& one : all) blobs.push_back(finished(one.draft));
    database_.write([&](store::Connection& connection) {
      const Bucket found = own_bucket(connection, permit, bucket);
      for (std::size_t i = 0; i < all.size(); ++i) {
        rows::StoredObject object =
            to_stored(bucket, all[i].key, all[i].draft, all[i].options, now());
        object.blob = blobs[i].text;
        add_version(connection, found, object, {});
        blobs_.keep(connection, blobs[i]);
      }
    });
  } catch (...) {
    for (const store::BlobId& blob : blobs) blobs_.discard(blob);
    throw;
  }
}

Draft receive_for(ObjectStore& objects, const identity::Permit& permit, const Bucket& bucket,
                  base::Reader& bytes) {
  auto& engine = static_cast<Engine&>(objects);
  return engine.receive(bytes, {&default_checksum_kind()}, object_limit,
                        engine.protection_of(permit, bucket, {}));
}

void put_all(ObjectStore& objects, const identity::Permit& permit, std::string_view bucket,
             std::vector<NewObject> all) {
  static_cast<Engine&>(objects).put_all(permit, bucket, std::move(all));
}

}  // namespace millrace::objects
