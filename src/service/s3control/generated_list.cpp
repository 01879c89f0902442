#include "service/s3control/generated_list.hpp"

#include "objects/encryption.hpp"
#include "objects/replication.hpp"
#include "objects/versioning.hpp"

#include <algorithm>

namespace millrace::service::s3control {

namespace {

using base::List;
using base::Value;
using objects::ObjectInfo;

bool is_among(const std::string& text, const Value* list) {
  if (list == nullptr) return true;
  return std::ranges::any_of(list->list(), [&](const Value& one) { return one.text() == text; });
}

template <class Matches>
bool any(const Value* list, const Matches& matches) {
  if (list == nullptr) return true;
  return std::ranges::any_of(list->list(), [&](const Value& one) { return matches(one.text()); });
}

bool has_name(const std::string& key, const Value* constraint) {
  if (constraint == nullptr) return true;
  return any(constraint->find("MatchAnyPrefix"),
             [&](const std::string& one) { return key.starts_with(one); }) &&
         any(constraint->find("MatchAnySuffix"),
             [&](const std::string& one) { return key.ends_with(one); }) &&
         any(constraint->find("MatchAnySubstring"),
             [&](const std::string& one) { return key.find(one) != std::string::npos; });
}

bool has_size(std::int64_t size, const Value& filter) {
  const Value* over = filter.find("ObjectSizeGreaterThanBytes");
  const Value* under = filter.find("ObjectSizeLessThanBytes");
  return (over == nullptr || size > over->integer()) &&
         (under == nullptr || size < under->integer());
}

bool has_time(base::Timestamp modified, const Value& filter) {
  const Value* after = filter.find("CreatedAfter");
  const Value* before = filter.find("CreatedBefore");
  return (after == nullptr || modified > after->time()) &&
         (before == nullptr || modified < before->time());
}

bool is_sealed_so(const objects::Encryption& encryption, const Value& wanted) {
  if (wanted.find("SSES3") != nullptr) return encryption.kind == objects::sse_s3;
  if (wanted.find("SSEC") != nullptr) return encryption.kind == objects::sse_c;
  if (wanted.find("NOTSSE") != nullptr) return encryption.kind.empty();
  const Value* kms = wanted.find("SSEKMS");
  if (kms == nullptr || encryption.kind != objects::sse_kms) return false;
  const Value* key = kms->find("KmsKeyArn");
  const Value* bucket_key = kms->find("BucketKeyEnabled");
  return (key == nullptr || key->text() == encryption.key) &&
         (bucket_key == nullptr || bucket_key->flag() == encryption.bucket_key);
}

bool is_encrypted(const ObjectInfo& info, const Value* list) {
  if (list == nullptr) return true;
  const objects::Encryption encryption = objects::to_encryption(info.traits.encryption);
  return std::ranges::any_of(list->list(),
                             [&](const Value& one) { return is_sealed_so(encryption, one); });
}

bool is_replicated_so(const ObjectInfo& info, const objects::Replication& replication,
                      const Value& filter) {
  const Value* wanted = filter.find("EligibleForReplication");
  const bool is_eligible =
      !objects::rules_for(replication, info, objects::Replicated::version).empty();
  if (wanted != nullptr && wanted->flag() != is_eligible) return false;
  const std::string_view shown = objects::shown_replication(info.traits);
  return is_among(shown.empty() ? "NONE" : std::string(shown),
                  filter.find("ObjectReplicationStatuses"));
}

bool passes(const ObjectInfo& info, const objects::Replication& replication, const Value* filter) {
  if (filter == nullptr) return true;
  return has_name(info.key, filter->find("KeyNameConstraint")) &&
         has_size(static_cast<std::int64_t>(info.size), *filter) &&
         has_time(info.modified, *filter) &&
         is_among(info.traits.storage_class, filter->find("MatchAnyStorageClass")) &&
         is_encrypted(info, filter->find("MatchAnyObjectEncryption")) &&
         is_replicated_so(info, replication, *filter);
}

}  // namespace

void list_objects(objects::ObjectStore& objects, const identity::Permit& permit,
                  const std::string& bucket, const Value& generator,
                  const std::function<void(Task)>& take) {
  const Value* filter = generator.find("Filter");
  const auto found = objects.bucket(bucket);
  if (!found) throw objects::NoSuchBucket(bucket);
  const bool has_versions = objects::versioning_of(*found) != objects::Versioning::never;
  const std::string_view setting = found->setting(objects::replication_setting);
  const objects::Replication replication =
      setting.empty() ? objects::Replication() : objects::parse_replication(setting);
  objects::VersionQuery query{
      .bucket = bucket, .prefix = {}, .delimiter = {}, .key_after = {}, .version_after = {}};
  for (bool more = true; more;) {
    const objects::VersionListing page = objects.list_versions(permit, query);
    for (const objects::ListedVersion& listed : page.versions) {
      if (!listed.newest || listed.marker || !passes(listed.info, replication, filter)) continue;
      Task task{.bucket = bucket, .key = listed.info.key, .version = {}};
      if (has_versions) task.version = listed.info.version.empty() ? "null" : listed.info.version;
      take(std::move(task));
    }
    query.key_after = page.last_key;
    query.version_after = page.last_version;
    more = page.truncated;
  }
}

}  // namespace millrace::service::s3control
