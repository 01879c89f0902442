// Buckets and objects: one namespace that S3, jobs and models all go through. Every call on data
// takes a permit.
#pragma once

#include "base/random.hpp"
#include "base/stream.hpp"
#include "base/time.hpp"
#include "identity/authority.hpp"
#include "objects/traits.hpp"
#include "store/blobs.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::objects {

// What was configured of a bucket: a document by kind ("versioning", "policy", "cors", ...),
// without those kinds of which a bucket has many.
using Settings = std::map<std::string, std::string, std::less<>>;

struct Bucket {
  std::string name;
  std::string account;  // of its owner
  std::string region;
  base::Timestamp created;
  std::shared_ptr<const Settings> settings = nullptr;  // none: nothing was ever configured

  // Empty where this was not configured.
  [[nodiscard]] std::string_view setting(std::string_view kind) const;
};

// Owns the buckets of the service itself, which everybody may read whose policies allow it.
constexpr std::string_view service_account = "aws";

// One version of an object.
struct ObjectInfo {
  std::string bucket;
  std::string key;
  std::string version;  // empty: the null version
  std::uint64_t size = 0;
  std::string etag;  // without quotes
  base::Timestamp modified;
  std::string content_type = "binary/octet-stream";
  Attributes system;  // Cache-Control, Content-Encoding, ... by header name
  Attributes user;    // x-amz-meta-*, names without prefix
  Attributes tags;
  Attributes checksums;       // "ChecksumCRC32" -> base64
  std::string checksum_type;  // FULL_OBJECT, COMPOSITE or empty
  Traits traits;
};

// One part of the bytes of an object; an object put whole has one.
struct Piece {
  store::BlobId blob;
  std::uint64_t size = 0;
};

// An object open for reading: info and bytes belong together, though it be overwritten meanwhile.
struct OpenObject {
  ObjectInfo info;
  std::vector<std::unique_ptr<store::Blob>> pieces;  // in order
};

struct PutOptions {
  std::string content_type = "binary/octet-stream";
  Attributes system;
  Attributes user;
  Attributes tags;
  Traits traits;
};

struct NoSuchBucket : std::runtime_error {
  explicit NoSuchBucket(std::string_view name)
      : std::runtime_error("no bucket " + std::string(name)) {}
};
struct NoSuchKey : std::runtime_error {
  explicit NoSuchKey(std::string_view key) : std::runtime_error("no key " + std::string(key)) {}
};
// The newest version of the key is a delete marker.
struct DeletedKey : NoSuchKey {
  DeletedKey(std::string_view key, std::string marker)
      : NoSuchKey(key), version(std::move(marker)) {}
  std::string version;  // of the marker
};

struct ListQuery {
  std::string bucket;
  std::string prefix;
  std::string delimiter;
  std::string after;          // keys and common prefixes greater than this, exclusive
  std::int64_t limit = 1000;  // keys and common prefixes together
};

struct Listing {
  std::vector<ObjectInfo> objects;  // without headers and metadata
  std::vector<std::string> common_prefixes;
  bool truncated = false;
  std::string last;  // the last key or common prefix given, to go on after
};

class Objects {
 public:
  virtual ~Objects() = default;

  [[nodiscard]] virtual std::optional<Bucket> bucket(std::string_view name) = 0;
  [[nodiscard]] virtual Listing list(const identity::Permit& permit, const ListQuery& query) = 0;
  [[nodiscard]] virtual std::optional<ObjectInfo> head(const identity::Permit& permit,
                                                       std::string_view bucket,
                                                       std::string_view key) = 0;
  [[nodiscard]] virtual OpenObject open(const identity::Permit& permit, std::string_view bucket,
                                        std::string_view key) = 0;
  // Stores the whole reader as one object; durable when it returns.
  virtual ObjectInfo put(const identity::Permit& permit, std::string_view bucket,
                         std::string_view key, base::Reader& bytes, const PutOptions& options) = 0;
  // Durable when it returns. An absent key is no error.
  virtual void remove(const identity::Permit& permit, std::string_view bucket,
                      std::string_view key) = 0;
};

// s3://bucket/key/or/prefix
struct Location {
  std::string bucket;
  std::string key;
};
[[nodiscard]] std::optional<Location> parse_s3_uri(std::string_view uri);
[[nodiscard]] std::string object_arn(std::string_view bucket,
                                     std::string_view key);  // arn:aws:s3:::bucket/key
[[nodiscard]] std::string bucket_arn(std::string_view bucket);

}  // namespace millrace::objects
