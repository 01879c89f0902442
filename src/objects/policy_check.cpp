#include "objects/policy_check.hpp"

#include "base/json.hpp"
#include "policy/policy.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <vector>

namespace millrace::objects {

namespace {

using base::Value;
using policy::MalformedPolicy;
using policy::Pattern;
using Names = std::span<const std::string_view>;

// Of AWS's list of S3 actions, those that a bucket's policy may name.
constexpr auto object_actions = std::to_array<std::string_view>({
    "AbortMultipartUpload",
    "BypassGovernanceRetention",
    "DeleteObject",
    "DeleteObjectTagging",
    "DeleteObjectVersion",
    "DeleteObjectVersionTagging",
    "GetObject",
    "GetObjectAcl",
    "GetObjectAttributes",
    "GetObjectLegalHold",
    "GetObjectRetention",
    "GetObjectTagging",
    "GetObjectTorrent",
    "GetObjectVersion",
    "GetObjectVersionAcl",
    "GetObjectVersionAttributes",
    "GetObjectVersionForReplication",
    "GetObjectVersionTagging",
    "GetObjectVersionTorrent",
    "InitiateReplication",
    "ListMultipartUploadParts",
    "ObjectOwnerOverrideToBucketOwner",
    "PutObject",
    "PutObjectAcl",
    "PutObjectLegalHold",
    "PutObjectRetention",
    "PutObjectTagging",
    "PutObjectVersionAcl",
    "PutObjectVersionTagging",
    "ReplicateDelete",
    "ReplicateObject",
    "ReplicateTags",
    "RestoreObject",
    "UpdateObjectEncryption",
});
constexpr auto bucket_actions = std::to_array<std::string_view>({
    "CreateBucket",
    "CreateBucketMetadataTableConfiguration",
    "DeleteBucket",
    "DeleteBucketMetadataTableConfiguration",
    "DeleteBucketPolicy",
    "DeleteBucketWebsite",
    "GetAccelerateConfiguration",
    "GetAnalyticsConfiguration",
    "GetBucketAbac",
    "GetBucketAcl",
    "GetBucketCORS",
    "GetBucketLocation",
    "GetBucketLogging",
    "GetBucketMetadataTableConfiguration",
    "GetBucketNotification",
    "GetBucketObjectLockConfiguration",
    "GetBucketOwnershipControls",
    "GetBucketPolicy",
    "GetBucketPolicyStatus",
    "GetBucketPublicAccessBlock",
    "GetBucketRequestPayment",
    "GetBucketTagging",
    "GetBucketVersioning",
    "GetBucketWebsite",
    "GetEncryptionConfiguration",
    "GetIntelligentTieringConfiguration",
    "GetInventoryConfiguration",
    "GetLifecycleConfiguration",
    "GetMetricsConfiguration",
    "GetReplicationConfiguration",
    "ListBucket",
    "ListBucketMultipartUploads",
    "ListBucketVersions",
    "ListTagsForResource",
    "PutAccelerateConfiguration",
    "PutAnalyticsConfiguration",
    "PutBucketAbac",
    "PutBucketAcl",
    "PutBucketCORS",
    "PutBucketLogging",
    "PutBucketNotification",
    "PutBucketObjectLockConfiguration",
    "PutBucketOwnershipControls",
    "PutBucketPolicy",
    "PutBucketPublicAccessBlock",
    "PutBucketRequestPayment",
    "PutBucketTagging",
    "PutBucketVersioning",
    "PutBucketWebsite",
    "PutEncryptionConfiguration",
    "PutIntelligentTieringConfiguration",
    "PutInventoryConfiguration",
    "PutLifecycleConfiguration",
    "PutMetricsConfiguration",
    "PutReplicationConfiguration",
    "PauseReplication",
    "TagResource",
    "UntagResource",
});

std::vector<std::string> texts(const Value& statement, std::string_view name) {
  const Value* value = statement.find(name);
  if (value == nullptr) return {};
  if (value->is_text()) return {value->text()};
  std::vector<std::string> all;
  for (const Value& one : value->list()) all.push_back(one.text());
  return all;
}

bool matches(const std::string& pattern, std::string_view text, Pattern::Case letters) {
  const policy::Question nothing;
  return Pattern(pattern, {.wildcards = true, .variables = false})
      .matches(text, policy::Context(nothing, {}), letters);
}

struct Kinds {
  bool of_object = false;
  bool of_bucket = false;
};

bool names_any(const std::string& action, Names names) {
  return std::ranges::any_of(names, [&](std::string_view name) {
    return matches(action, "s3:" + std::string(name), Pattern::Case::ignored);
  });
}

Kinds kinds_of_action(const std::string& action) {
  const Kinds kinds{.of_object = names_any(action, object_actions),
                    .of_bucket = names_any(action, bucket_actions)};
  if (!kinds.of_object && !kinds.of_bucket) throw MalformedPolicy("Policy has invalid action");
  return kinds;
}

Kinds kinds_in_bucket(const std::string& resource, std::string_view bucket) {
  if (resource == "*") return {.of_object = true, .of_bucket = true};
  constexpr std::string_view prefix = "arn:aws:s3:::";
  if (!resource.starts_with(prefix)) throw MalformedPolicy("Policy has invalid resource");
  const std::string path = resource.substr(prefix.size());
  const auto slash = path.find('/');
  const std::string name = path.substr(0, slash);
  const bool reaches_into = name.ends_with('*');  // its asterisk stands for a slash too
  const Kinds kinds{.of_object = slash != std::string::npos || reaches_into,
                    .of_bucket = slash == std::string::npos};
  if (!matches(name, bucket, Pattern::Case::heeded)) {
    throw MalformedPolicy("Policy has invalid resource");
  }
  return kinds;
}

Kinds kinds_of_point(const std::string& resource, std::string_view arn) {
  if (resource == "*") return {.of_object = true, .of_bucket = true};
  const auto mark = resource.find("/object/");
  const bool reaches_into = resource.ends_with('*');
  const Kinds kinds{.of_object = mark != std::string::npos || reaches_into,
                    .of_bucket = mark == std::string::npos};
  if (!matches(resource.substr(0, mark), arn, Pattern::Case::heeded)) {
    throw MalformedPolicy("Policy has invalid resource");
  }
  return kinds;
}

// What a resource names of the policy's own, whose name or ARN it is.
using KindsOfResource = Kinds (*)(const std::string& resource, std::string_view own);

void check_statement(const Value& statement, KindsOfResource kinds_of_resource,
                     std::string_view own) {
  Kinds named;
  for (const char* member : {"Resource", "NotResource"}) {
    for (const std::string& resource : texts(statement, member)) {
      const Kinds kinds = kinds_of_resource(resource, own);
      named.of_object = named.of_object || kinds.of_object;
      named.of_bucket = named.of_bucket || kinds.of_bucket;
    }
  }
  for (const std::string& action : texts(statement, "NotAction")) {
    static_cast<void>(kinds_of_action(action));
  }
  for (const std::string& action : texts(statement, "Action")) {
    const Kinds kinds = kinds_of_action(action);
    const bool applies =
        (kinds.of_object && named.of_object) || (kinds.of_bucket && named.of_bucket);
    if (!applies && statement.find("Resource") != nullptr) {
      throw MalformedPolicy("Action does not apply to any resource(s) in statement");
    }
  }
}

void check(std::string_view document, KindsOfResource kinds_of_resource, std::string_view own) {
  const Value whole = base::parse_json(document);
  const Value& statements = *whole.find("Statement");
  if (statements.is_map()) return check_statement(statements, kinds_of_resource, own);
  for (const Value& statement : statements.list()) {
    check_statement(statement, kinds_of_resource, own);
  }
}

}  // namespace

void check_bucket_policy(std::string_view document, std::string_view bucket) {
  check(document, kinds_in_bucket, bucket);
}

void check_point_policy(std::string_view document, std::string_view point_arn) {
  check(document, kinds_of_point, point_arn);
}

}  // namespace millrace::objects
