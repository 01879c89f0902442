// The replication of a bucket: put, got, deleted. What it does is objects/replicator's.
#include "objects/replication.hpp"

#include "base/arn.hpp"
#include "base/json.hpp"
#include "objects/versioning.hpp"
#include "policy/principal_ids.hpp"
#include "service/s3/access.hpp"
#include "service/s3/bucket_encryption.hpp"
#include "service/s3/checksums.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/rule_names.hpp"
#include "service/s3/target.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;
using aws::View;

constexpr std::size_t most_rules = 1000;
constexpr std::string_view service_principal = "s3.amazonaws.com";
constexpr std::array<std::string_view, 8> replica_classes = {
    "STANDARD",   "REDUCED_REDUNDANCY",  "STANDARD_IA", "ONEZONE_IA",
    "GLACIER_IR", "INTELLIGENT_TIERING", "GLACIER",     "DEEP_ARCHIVE"};

struct PutReplication {
  Target target;
  Value document;
};

PutReplication read_put(const View& in) {
  PutReplication ask{.target = read_target(in), .document = Map{}};
  note_digests(in);
  const Value* asked = in.take("ReplicationConfiguration").whole();
  if (asked != nullptr) ask.document = *asked;
  return ask;
}

const Value* at(const Value* of, std::string_view name) {
  return of == nullptr ? nullptr : of->find(name);
}

std::string text_at(const Value* of, std::string_view name) {
  const Value* found = at(of, name);
  return found == nullptr ? std::string() : found->text();
}

bool has(const Value& value, std::string_view name) { return value.find(name) != nullptr; }
bool is_enabled(const Value* switched) { return text_at(switched, "Status") == "Enabled"; }

// Rules with a filter are of the schema's second version, those without one of its first.
aws::Error not_of_version(const std::string& member, const std::string& verb) {
  return invalid_request(member + " " + verb +
                         " for this version of Cross Region Replication configuration schema. "
                         "Please refer to S3 Developer Guide for more information.");
}

bool filters_by_tag(const Value& rule) {
  const Value* filter = rule.find("Filter");
  return at(filter, "Tag") != nullptr || at(at(filter, "And"), "Tags") != nullptr;
}

void check_filter(const Value& filter) {
  int members = 0;
  for (const char* one : {"Prefix", "Tag", "And"}) members += has(filter, one) ? 1 : 0;
  if (members > 1) throw malformed_document();
}

void check_version(const Value& rule) {
  const Value* filter = rule.find("Filter");
  if (filter == nullptr) {
    for (const char* later : {"Priority", "DeleteMarkerReplication"}) {
      if (has(rule, later)) throw not_of_version(later, "cannot be used");
    }
    if (at(rule.find("SourceSelectionCriteria"), "ReplicaModifications") != nullptr) {
      throw not_of_version("ReplicaModifications", "cannot be used");
    }
    return;
  }
  if (has(rule, "Prefix")) throw malformed_document();
  check_filter(*filter);
  for (const char* needed : {"Priority", "DeleteMarkerReplication"}) {
    if (!has(rule, needed)) throw not_of_version(needed, "must be specified");
  }
  if (rule.find("Priority")->integer() < 0) {
    throw invalid_request("Priority must be between 0 and 2147483647.");
  }
  if (is_enabled(rule.find("DeleteMarkerReplication")) && filters_by_tag(rule)) {
    throw invalid_request(
        "Delete marker replication is not supported if any Tag filter is specified. Please refer "
        "to S3 Developer Guide for more information.");
  }
}

aws::Error not_of_measures(const char* argument, std::string message) {
  return aws::Error("InvalidArgument", std::move(message)).with("ArgumentName", argument);
}

bool is_threshold(const Value* minutes) {
  return minutes != nullptr &&
         std::chrono::minutes(minutes->integer()) == objects::replication_threshold;
}

// Replication Time Control needs metrics with its own threshold, and they have none without it.
void check_measures(const Value& destination) {
  const Value* time = destination.find("ReplicationTime");
  const Value* metrics = destination.find("Metrics");
  const Value* threshold = at(metrics, "EventThreshold");
  if (time != nullptr && metrics == nullptr) {
    throw invalid_request(
        "Replication destination must contain both ReplicationTime and Metrics or neither.");
  }
  if (time != nullptr && !is_threshold(at(at(time, "Time"), "Minutes"))) {
    throw not_of_measures("ReplicationTime", "Invalid time minute value");
  }
  if (!is_enabled(time)) {
    if (threshold == nullptr) return;
    throw not_of_measures("Metrics",
                          "Metrics cannot contain an event threshold when ReplicationTime is not "
                          "specified or Disabled");
  }
  const Value* minutes = at(threshold, "Minutes");
  if (minutes == nullptr) {
    throw not_of_measures("ReplicationMetrics",
                          "ReplicationMetrics must contain an event threshold");
  }
  if (!is_threshold(minutes)) {
    throw not_of_measures("ReplicationMetrics", "Invalid event threshold minute value");
  }
}

void check_owner(const Value& destination) {
  const std::string account = text_at(&destination, "Account");
  if (!account.empty() && !policy::is_account_id(account)) {
    throw aws::Error("InvalidArgument", "Invalid account ID");
  }
  if (has(destination, "AccessControlTranslation") && account.empty()) {
    throw invalid_request("Account must be specified when AccessControlTranslation is specified.");
  }
}

// Keys are those of the account that the role is of.
void check_keys(const Service& service, const Value& rule, const objects::Bucket& bucket,
                const std::string& account) {
  const Value* chosen = at(rule.find("SourceSelectionCriteria"), "SseKmsEncryptedObjects");
  const Value* encryption = rule.find("Destination")->find("EncryptionConfiguration");
  const std::string key = text_at(encryption, "ReplicaKmsKeyID");
  if (encryption != nullptr && chosen == nullptr) {
    throw invalid_request(
        "SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.");
  }
  if (is_enabled(chosen) && key.empty()) {
    throw invalid_request(
        "ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.");
  }
  if (!key.empty()) check_managed_key(key, service.objects.managed_key(account, bucket.region));
}

objects::Bucket destination_of(const Service& service, const Value& destination,
                               const std::string& source) {
  const auto arn = base::parse_arn(text_at(&destination, "Bucket"));
  const bool names_bucket = arn && arn->service == "s3" && arn->account.empty() &&
                            arn->region.empty() && is_bucket_name(arn->resource);
  if (!names_bucket) throw aws::Error("InvalidArgument", "Invalid bucket ARN.");
  if (arn->resource == source) {
    throw invalid_request("Destination bucket must be different from the source bucket.");
  }
  const auto bucket = service.objects.bucket(arn->resource);
  if (!bucket) throw invalid_request("Destination bucket must exist.");
  if (objects::versioning_of(*bucket) != objects::Versioning::enabled) {
    throw invalid_request("Destination bucket must have versioning enabled.");
  }
  return *bucket;
}

void check_rule(const Service& service, const Value& rule, const std::string& source,
                const std::string& account) {
  check_version(rule);
  if (is_enabled(rule.find("ExistingObjectReplication"))) {
    throw not_implemented(
        "ExistingObjectReplication is not built: S3 has given it up for batch replication");
  }
  const Value& destination = *rule.find("Destination");
  const std::string storage_class = text_at(&destination, "StorageClass");
  const bool is_class = storage_class.empty() ||
                        std::ranges::find(replica_classes, storage_class) != replica_classes.end();
  if (!is_class) throw malformed_document();
  check_owner(destination);
  const objects::Bucket bucket = destination_of(service, destination, source);
  check_keys(service, rule, bucket, account);
  check_measures(destination);
}

// Rules of the first version have one destination, and share no keys.
void check_first_version(const std::vector<const Value*>& rules) {
  std::set<std::string> destinations;
  std::vector<std::string> prefixes;
  for (const Value* rule : rules) {
    destinations.insert(text_at(rule->find("Destination"), "Bucket"));
    prefixes.push_back(text_at(rule, "Prefix"));
  }
  if (destinations.size() > 1) {
    throw invalid_request("Number of distinct destination bucket ARNs cannot exceed 1");
  }
  std::ranges::sort(prefixes);
  const auto overlap = std::ranges::adjacent_find(
      prefixes, [](const auto& one, const auto& next) { return next.starts_with(one); });
  if (overlap == prefixes.end()) return;
  throw invalid_request("Found overlapping prefixes '" + *overlap + "' and '" +
                        *std::next(overlap) + "'");
}

void check_together(const Value& rules) {
  std::set<std::int64_t> priorities;
  std::vector<const Value*> first_version;
  for (const Value& rule : rules.list()) {
    if (!has(rule, "Filter")) {
      first_version.push_back(&rule);
      continue;
    }
    const std::int64_t priority = rule.find("Priority")->integer();
    if (!priorities.insert(priority).second) {
      throw invalid_request("Found duplicate priority " + std::to_string(priority) + ".");
    }
  }
  check_first_version(first_version);
}

std::string account_of_role(const std::string& role) {
  const auto arn = base::parse_arn(role);
  const bool is_role = arn && arn->service == "iam" && arn->resource.starts_with("role/") &&
                       policy::is_account_id(arn->account);
  if (!is_role) {
    throw invalid_argument("Role", role, "Invalid Role specified in replication configuration");
  }
  return arn->account;
}

Value put_replication(Service& service, Call& call, const PutReplication& ask) {
  const objects::Bucket bucket = reach(service, call, ask.target);
  Value document = ask.document;
  Value* rules = document.map().find("Rules");
  if (rules == nullptr || rules->list().empty() || rules->list().size() > most_rules) {
    throw malformed_document();
  }
  if (objects::versioning_of(bucket) != objects::Versioning::enabled) {
    throw invalid_request(
        "Versioning must be 'Enabled' on the bucket to apply a replication configuration")
        .with("BucketName", bucket.name);
  }
  const std::string role = text_at(&document, "Role");
  const std::string account = account_of_role(role);
  static_cast<void>(call.require("iam:PassRole", role,
                                 {{"iam:PassedToService", {std::string(service_principal)}}}));
  name_rules(*rules, call);
  for (const Value& rule : rules->list()) check_rule(service, rule, bucket.name, account);
  check_together(*rules);
  translated([&] {
    service.objects.set_setting(
        call.permit(),
        {.bucket = bucket.name, .kind = std::string(objects::replication_setting), .id = {}},
        base::write_json(document));
  });
  return Map{};
}

Value get_replication(Service& service, Call& call, const Target& ask) {
  const objects::Bucket bucket = reach(service, call, ask);
  const std::string_view document = bucket.setting(objects::replication_setting);
  if (document.empty()) {
    throw aws::Error("ReplicationConfigurationNotFoundError",
                     "The replication configuration was not found")
        .with("BucketName", ask.bucket);
  }
  return Map{{"ReplicationConfiguration", base::parse_json(document)}};
}

Value delete_replication(Service& service, Call& call, const Target& ask) {
  reach(service, call, ask);
  translated([&] {
    service.objects.set_setting(
        call.permit(),
        {.bucket = ask.bucket, .kind = std::string(objects::replication_setting), .id = {}}, "");
  });
  return Map{};
}

constexpr aws::Operation table[] = {
    aws::operation<read_put, put_replication>("PutBucketReplication",
                                              {.access = on_bucket<"PutReplicationConfiguration">}),
    aws::operation<read_target, get_replication>(
        "GetBucketReplication", {.access = on_bucket<"GetReplicationConfiguration">}),
    aws::operation<read_target, delete_replication>(
        "DeleteBucketReplication", {.access = on_bucket<"PutReplicationConfiguration">}),
};

}  // namespace

const std::span<const aws::Operation> replication_operations = table;

}  // namespace millrace::service::s3
