// The engine's rows: what store.cpp reads and writes, inside the database's reads and writes.
#pragma once

#include "objects/object_store.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::objects::rows {

using store::Connection;

void declare(store::Database& database);

// A version of an object, or a delete marker.
struct StoredObject {
  std::int64_t id = 0;  // grows: the newest version of a key has its greatest
  ObjectDetail detail;
  std::string blob;     // of an object put whole, else empty
  bool marker = false;  // a delete marker, which has no bytes
  bool shown = true;    // the newest of its key and no marker: what who names no version sees
};

// Where a walk over versions begins: in key order, of a key the newest first.
struct VersionPlace {
  std::string key;
  // Of that key only former versions, below this one; none: all of it.
  std::optional<std::int64_t> below_id = std::nullopt;
};

// A piece of a stored object, in its order.
struct StoredPiece {
  std::string blob;
  ByteRange range;  // in the object
};

[[nodiscard]] std::optional<Bucket> find_bucket(Connection& connection, std::string_view name);
void insert_bucket(Connection& connection, const Bucket& bucket, const Attributes& tags);
void delete_bucket(Connection& connection, std::string_view name);
// Those that have a setting of the kind.
[[nodiscard]] std::vector<std::string> buckets_with(Connection& connection, std::string_view kind);
[[nodiscard]] std::int64_t count_buckets(Connection& connection, std::string_view account);
[[nodiscard]] std::vector<Bucket> list_buckets(Connection& connection, const BucketQuery& query);
[[nodiscard]] Attributes bucket_tags(Connection& connection, std::string_view name);
void set_bucket_tags(Connection& connection, std::string_view name, const Attributes& tags);
[[nodiscard]] bool has_objects(Connection& connection, std::string_view bucket);

[[nodiscard]] std::vector<std::int64_t> object_ids(Connection& connection, std::string_view bucket,
                                                   std::int64_t limit);

[[nodiscard]] std::optional<std::string> setting(Connection& connection, const SettingName& name);
void set_setting(Connection& connection, const SettingName& name, std::string_view document);
[[nodiscard]] std::vector<NamedSetting> settings(Connection& connection, const SettingName& after,
                                                 std::int64_t limit);

[[nodiscard]] std::optional<StoredObject> find_shown(Connection& connection,
                                                     std::string_view bucket, std::string_view key);
// The newest of those that are not shown; where none is, a marker.
[[nodiscard]] std::optional<StoredObject> find_newest_hidden(Connection& connection,
                                                             std::string_view bucket,
                                                             std::string_view key);
[[nodiscard]] std::optional<StoredObject> find_version(Connection& connection,
                                                       std::string_view bucket,
                                                       std::string_view key,
                                                       std::string_view version);
[[nodiscard]] std::optional<StoredObject> find_row(Connection& connection, std::int64_t id);
void set_shown(Connection& connection, std::int64_t id, bool shown);
// The pieces of a multipart object that overlap the range.
[[nodiscard]] std::vector<StoredPiece> pieces_in(Connection& connection, std::int64_t object,
                                                 const ByteRange& range);
[[nodiscard]] std::optional<StoredPart> find_part(Connection& connection, std::int64_t object,
                                                  int number);
[[nodiscard]] std::vector<StoredPart> object_parts(Connection& connection, std::int64_t object,
                                                   const PartQuery& query);
// The bodies of a multipart object, as parts with their blobs and without ETags.
[[nodiscard]] std::vector<Part> object_bodies(Connection& connection, std::int64_t object);
// The id of the new row.
std::int64_t insert_object(Connection& connection, const StoredObject& object);
void insert_piece(Connection& connection, std::int64_t object, const Part& part,
                  std::uint64_t offset);
// With its pieces; the blobs that were its own.
[[nodiscard]] std::vector<std::string> delete_object(Connection& connection, std::int64_t id);
void set_object_tags(Connection& connection, std::int64_t id, const Attributes& tags);
void set_object_traits(Connection& connection, std::int64_t id, const Traits& traits);

// Shown objects with keys from `from` on, below `until` (empty: no bound), in order, until `each`
// says no. Headers and metadata are left out.
void each_object(Connection& connection, std::string_view bucket, std::string_view from,
                 std::string_view until, const std::function<bool(const ObjectInfo&)>& each);
// All versions and markers from there on, until `each` says no. The same is left out.
void each_version(Connection& connection, std::string_view bucket, const VersionPlace& from,
                  const std::function<bool(const StoredObject&)>& each);

void insert_upload(Connection& connection, const Upload& upload);
[[nodiscard]] std::optional<Upload> find_upload(Connection& connection, std::string_view id);
void each_upload(Connection& connection, const UploadQuery& query,
                 const std::function<bool(const Upload&)>& each);
// With its parts; the blobs that were theirs.
[[nodiscard]] std::vector<std::string> delete_upload(Connection& connection, std::string_view id);
[[nodiscard]] std::vector<std::string> uploads_of(Connection& connection, std::string_view bucket);
// The blob of the part that had this number before, empty when there was none.
[[nodiscard]] std::string replace_part(Connection& connection, std::string_view upload,
                                       const Part& part);
[[nodiscard]] std::vector<Part> upload_parts(Connection& connection, std::string_view upload,
                                             const PartQuery& query);

}  // namespace millrace::objects::rows
