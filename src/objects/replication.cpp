#include "objects/replication.hpp"

#include "base/json.hpp"
#include "objects/encryption.hpp"
#include "objects/lifecycle.hpp"

#include <algorithm>
#include <set>

namespace millrace::objects {

namespace {

using base::Value;

constexpr std::size_t buckets_known = 256;

const Value* at(const Value* of, std::string_view name) {
  return of == nullptr ? nullptr : of->find(name);
}

std::string text_at(const Value* of, std::string_view name) {
  const Value* found = at(of, name);
  return found == nullptr ? std::string() : found->text();
}

bool is_enabled(const Value* switched) { return text_at(switched, "Status") == "Enabled"; }

void add_tag(const Value& tag, ReplicationRule& rule) {
  rule.tags.emplace_back(text_at(&tag, "Key"), text_at(&tag, "Value"));
}

void read_filter(const Value& filter, ReplicationRule& rule) {
  const Value* all = filter.find("And");
  const Value* from = all == nullptr ? &filter : all;
  rule.prefix = text_at(from, "Prefix");
  if (const Value* tag = filter.find("Tag")) add_tag(*tag, rule);
  if (const Value* tags = at(all, "Tags")) {
    for (const Value& tag : tags->list()) add_tag(tag, rule);
  }
}

ReplicationRule read_rule(const Value& value) {
  ReplicationRule rule;
  rule.id = text_at(&value, "ID");
  if (const Value* priority = value.find("Priority")) rule.priority = priority->integer();
  const Value* filter = value.find("Filter");
  // Rules without a filter are of the first version, which takes markers.
  rule.takes_markers = filter == nullptr || is_enabled(value.find("DeleteMarkerReplication"));
  rule.prefix = text_at(&value, "Prefix");
  if (filter != nullptr) read_filter(*filter, rule);
  const Value* criteria = value.find("SourceSelectionCriteria");
  rule.takes_kms = is_enabled(at(criteria, "SseKmsEncryptedObjects"));
  rule.takes_replica_changes = is_enabled(at(criteria, "ReplicaModifications"));
  const Value* destination = value.find("Destination");
  const std::string arn = text_at(destination, "Bucket");
  rule.bucket = arn.substr(arn.rfind(':') + 1);
  rule.account = text_at(destination, "Account");
  rule.to_bucket_owner =
      text_at(at(destination, "AccessControlTranslation"), "Owner") == "Destination";
  rule.storage_class = text_at(destination, "StorageClass");
  rule.is_measured = is_enabled(at(destination, "Metrics"));
  rule.is_timed = is_enabled(at(destination, "ReplicationTime"));
  return rule;
}

bool holds(const ReplicationRule& rule, const ObjectInfo& info, Replicated what) {
  if (!info.key.starts_with(rule.prefix)) return false;
  return what == Replicated::change || std::ranges::all_of(rule.tags, [&](const auto& tag) {
           return std::ranges::find(info.tags, tag) != info.tags.end();
         });
}

// Whether the rule, which holds for the version, also takes it as it is.
bool takes(const ReplicationRule& rule, const ObjectInfo& info, Replicated what) {
  if (what == Replicated::marker) return rule.takes_markers;
  if (is_replica(info.traits.replication) && !rule.takes_replica_changes) return false;
  return to_encryption(info.traits.encryption).kind != sse_kms || rule.takes_kms;
}

// What the version was, and what its changes are.
std::string_view standing_of(std::string_view status) { return status.substr(0, status.find('/')); }
std::string_view progress_of(std::string_view status) {
  const auto slash = status.find('/');
  return slash == std::string_view::npos ? status : status.substr(slash + 1);
}

}  // namespace

Replication parse_replication(std::string_view document) {
  Replication replication;
  if (document.empty()) return replication;
  const Value value = base::parse_json(document);
  replication.role = text_at(&value, "Role");
  for (const Value& rule : value.find("Rules")->list()) {
    if (is_enabled(&rule)) replication.rules.push_back(read_rule(rule));
  }
  std::ranges::stable_sort(replication.rules, std::ranges::greater{}, &ReplicationRule::priority);
  return replication;
}

Replicated what_to_replicate(const Traits& traits, bool is_marker) {
  if (is_marker) return Replicated::marker;
  return was_replicated(traits.replication) ? Replicated::change : Replicated::version;
}

std::vector<ReplicationRule> rules_for(const Replication& replication, const ObjectInfo& info,
                                       Replicated what) {
  std::vector<ReplicationRule> chosen;
  if (what == Replicated::version && is_archive(info.traits.storage_class)) return chosen;
  std::set<std::string_view> destinations;
  for (const ReplicationRule& rule : replication.rules) {
    if (!holds(rule, info, what)) continue;
    // For one destination the rule of the highest priority alone decides.
    if (!destinations.insert(rule.bucket).second) continue;
    if (takes(rule, info, what)) chosen.push_back(rule);
  }
  return chosen;
}

std::shared_ptr<const Replication> KnownReplications::of(const Bucket& bucket) {
  const std::string_view document = bucket.setting(replication_setting);
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(bucket.name);
  if (found != known_.end() && found->second.document == document) return found->second.replication;
  if (known_.size() >= buckets_known) known_.clear();
  Known known{.document = std::string(document),
              .replication = std::make_shared<const Replication>(parse_replication(document))};
  return known_.insert_or_assign(bucket.name, std::move(known)).first->second.replication;
}

std::string_view shown_replication(const Traits& traits) { return progress_of(traits.replication); }

bool awaits_replication(std::string_view status) {
  return progress_of(status) == replication_pending;
}

bool is_replica(std::string_view status) { return standing_of(status) == replication_replica; }

bool was_replicated(std::string_view status) {
  return is_replica(status) || standing_of(status) == replication_completed;
}

std::string status_when_changed(std::string_view status) {
  if (!was_replicated(status)) return std::string(status);
  return std::string(standing_of(status)) + "/" + std::string(replication_pending);
}

std::string status_when_done(std::string_view status, bool is_done) {
  const std::string_view progress = is_done ? replication_completed : replication_failed;
  if (!was_replicated(status)) return std::string(progress);
  const std::string standing(standing_of(status));
  return is_done ? standing : standing + "/" + std::string(replication_failed);
}

}  // namespace millrace::objects
