// The fields of an inventory's lists, each with where its value comes from.
#include "base/encoding.hpp"
#include "base/json.hpp"
#include "objects/acl.hpp"
#include "objects/encryption.hpp"
#include "objects/openness.hpp"
#include "objects/replication.hpp"
#include "objects/tiering.hpp"
#include "policy/principal_ids.hpp"
#include "reports/inventory.hpp"

#include <algorithm>
#include <array>

namespace millrace::reports {

namespace {

using base::List;
using base::Map;
using base::Value;
using objects::ListedVersion;

Value or_null(const std::string& text) { return text.empty() ? Value() : Value(text); }

// Of an object: a delete marker has none of it.
template <Value (*value)(const objects::ObjectInfo& info)>
Value of_object(const ListedVersion& version, const Surroundings&) {
  return version.marker ? Value() : value(version.info);
}

template <Value (*value)(const objects::ObjectInfo& info, const Surroundings& around)>
Value of_object_around(const ListedVersion& version, const Surroundings& around) {
  return version.marker ? Value() : value(version.info, around);
}

Value bucket(const ListedVersion&, const Surroundings& around) { return around.bucket.name; }
Value key(const ListedVersion& version, const Surroundings&) { return version.info.key; }
Value version_id(const ListedVersion& version, const Surroundings&) {
  return or_null(version.info.version);
}
Value is_latest(const ListedVersion& version, const Surroundings&) { return version.newest; }
Value is_marker(const ListedVersion& version, const Surroundings&) { return version.marker; }
Value modified(const ListedVersion& version, const Surroundings&) { return version.info.modified; }

Value size(const objects::ObjectInfo& info) { return info.size; }
Value etag(const objects::ObjectInfo& info) { return info.etag; }
Value storage_class(const objects::ObjectInfo& info) { return info.traits.storage_class; }
Value is_multipart(const objects::ObjectInfo& info) { return !info.traits.upload.empty(); }
Value replication(const objects::ObjectInfo& info) {
  return or_null(std::string(objects::shown_replication(info.traits)));
}

Value encryption(const objects::ObjectInfo& info) {
  const std::string kind = objects::to_encryption(info.traits.encryption).kind;
  if (kind == objects::sse_s3) return "SSE-S3";
  if (kind == objects::sse_kms) return "SSE-KMS";
  return kind == objects::sse_c ? "SSE-C" : "NOT-SSE";
}

Value bucket_key(const objects::ObjectInfo& info) {
  return objects::to_encryption(info.traits.encryption).bucket_key ? "ENABLED" : "DISABLED";
}

Value locked_until(const objects::ObjectInfo& info) {
  return info.traits.lock.mode.empty() ? Value() : Value(info.traits.lock.until);
}

Value lock_mode(const objects::ObjectInfo& info) { return or_null(info.traits.lock.mode); }

Value legal_hold(const objects::ObjectInfo& info) {
  return info.traits.lock.hold == "ON" ? "On" : "Off";
}

Value tier(const objects::ObjectInfo& info, const Surroundings& around) {
  if (info.traits.storage_class != objects::intelligent_class) return {};
  switch (objects::tier_of(info, around.now)) {
    case objects::Tier::infrequent:
      return "INFREQUENT";
    case objects::Tier::archive_instant:
      return "ARCHIVE_INSTANT_ACCESS";
    case objects::Tier::archive:
      return "ARCHIVE";
    case objects::Tier::deep_archive:
      return "DEEP_ARCHIVE";
    case objects::Tier::frequent:
      break;
  }
  return "FREQUENT";
}

Value checksum(const objects::ObjectInfo& info) {
  constexpr std::string_view prefix = "Checksum";
  if (info.checksums.empty()) return {};
  return std::string_view(info.checksums.front().first).substr(prefix.size());
}

std::string owner_id(const objects::ObjectInfo& info, const Surroundings& around) {
  const bool by_bucket = info.traits.owner.empty() ||
                         objects::ownership(around.bucket) == objects::Ownership::enforced;
  return policy::canonical_user(by_bucket ? around.bucket.account : info.traits.owner);
}

Value owner(const objects::ObjectInfo& info, const Surroundings& around) {
  return owner_id(info, around);
}

Value grant_value(const objects::Grant& grant) {
  if (!grant.group.empty()) {
    return Map{{"uri", grant.group}, {"type", "Group"}, {"permission", grant.permission}};
  }
  return Map{
      {"canonicalId", grant.user}, {"type", "CanonicalUser"}, {"permission", grant.permission}};
}

Value acl(const objects::ObjectInfo& info, const Surroundings& around) {
  const bool enforced = objects::ownership(around.bucket) == objects::Ownership::enforced;
  List grants;
  for (const objects::Grant& grant :
       objects::to_acl(enforced ? "" : info.traits.acl, owner_id(info, around))) {
    grants.push_back(grant_value(grant));
  }
  return base::base64(base::write_json(
      Map{{"version", "2022-11-10"}, {"status", "AVAILABLE"}, {"grants", std::move(grants)}}));
}

// Of a former version it is not told.
Value expires(const ListedVersion& version, const Surroundings& around) {
  if (version.marker || !version.newest) return {};
  const auto fate = objects::expiry_of(around.lifecycle, version.info);
  return fate ? Value(fate->when) : Value();
}

constexpr auto always = Field::When::always;
constexpr auto with_versions = Field::When::all_versions;
constexpr auto asked = Field::When::asked;

constexpr std::array table = {
    Field{"Bucket", "bucket", CellType::text, always, bucket, true},
    Field{"Key", "key", CellType::text, always, key, true},
    Field{"VersionId", "version_id", CellType::text, with_versions, version_id},
    Field{"IsLatest", "is_latest", CellType::flag, with_versions, is_latest},
    Field{"IsDeleteMarker", "is_delete_marker", CellType::flag, with_versions, is_marker},
    Field{"Size", "size", CellType::whole, asked, of_object<size>},
    Field{"LastModifiedDate", "last_modified_date", CellType::time, asked, modified},
    Field{"ETag", "e_tag", CellType::text, asked, of_object<etag>},
    Field{"StorageClass", "storage_class", CellType::text, asked, of_object<storage_class>},
    Field{"IsMultipartUploaded", "is_multipart_uploaded", CellType::flag, asked,
          of_object<is_multipart>},
    Field{"ReplicationStatus", "replication_status", CellType::text, asked, of_object<replication>},
    Field{"EncryptionStatus", "encryption_status", CellType::text, asked, of_object<encryption>},
    Field{"ObjectLockRetainUntilDate", "object_lock_retain_until_date", CellType::time, asked,
          of_object<locked_until>},
    Field{"ObjectLockMode", "object_lock_mode", CellType::text, asked, of_object<lock_mode>},
    Field{"ObjectLockLegalHoldStatus", "object_lock_legal_hold_status", CellType::text, asked,
          of_object<legal_hold>},
    Field{"IntelligentTieringAccessTier", "intelligent_tiering_access_tier", CellType::text, asked,
          of_object_around<tier>},
    Field{"BucketKeyStatus", "bucket_key_status", CellType::text, asked, of_object<bucket_key>},
    Field{"ChecksumAlgorithm", "checksum_algorithm", CellType::text, asked, of_object<checksum>},
    Field{"ObjectAccessControlList", "object_access_control_list", CellType::text, asked,
          of_object_around<acl>},
    Field{"ObjectOwner", "object_owner", CellType::text, asked, of_object_around<owner>},
    Field{"LifecycleExpirationDate", "lifecycle_expiration_date", CellType::time, asked, expires},
};

}  // namespace

std::vector<const Field*> fields_of(const Inventory& inventory) {
  std::vector<const Field*> fields;
  for (const Field& field : table) {
    const bool is_asked = field.when == asked &&
                          std::ranges::find(inventory.fields, field.name) != inventory.fields.end();
    const bool is_version = field.when == with_versions && inventory.all_versions;
    if (field.when == always || is_version || is_asked) fields.push_back(&field);
  }
  return fields;
}

bool is_inventory_field(std::string_view name) {
  return std::ranges::any_of(
      table, [&](const Field& field) { return field.when == asked && field.name == name; });
}

}  // namespace millrace::reports
