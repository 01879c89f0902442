// What S3 answers about a bucket that was never configured, where that is the truth here too: none
// of these configurations can be put yet.
#include "service/s3/access.hpp"
#include "service/s3/target.hpp"

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;

template <Action code, Action message>
Value has_none(Service& service, Call& call, const Target& ask) {
  reach(service, call, ask);
  throw aws::Error(code.text, message.text).with("BucketName", ask.bucket);
}

Value is_empty(Service& service, Call& call, const Target& ask) {
  reach(service, call, ask);
  return Map{};
}

Value owner_owns(Service& service, Call& call, const Target& ask) {
  reach(service, call, ask);
  const Map rule{{"ObjectOwnership", "BucketOwnerEnforced"}};
  return Map{{"OwnershipControls", Map{{"Rules", List{rule}}}}};
}

// Nothing can be made public, as in a bucket that S3 makes today.
Value blocks_public_access(Service& service, Call& call, const Target& ask) {
  reach(service, call, ask);
  const Map all{{"BlockPublicAcls", true},
                {"IgnorePublicAcls", true},
                {"BlockPublicPolicy", true},
                {"RestrictPublicBuckets", true}};
  return Map{{"PublicAccessBlockConfiguration", all}};
}

Value owner_controls(const Call& call) {
  const std::string id = canonical_user(call.account);
  const Map grantee{{"ID", id}, {"Type", "CanonicalUser"}};
  const Map grant{{"Grantee", grantee}, {"Permission", "FULL_CONTROL"}};
  return Map{{"Owner", Map{{"ID", id}}}, {"Grants", List{grant}}};
}

Value bucket_acl(Service& service, Call& call, const Target& ask) {
  reach(service, call, ask);
  return owner_controls(call);
}

Value object_acl(Service& service, Call& call, const ObjectTarget& ask) {
  reach(service, call, ask);
  if (!service.objects.head(call.permit(), ask.in.bucket, ask.key)) {
    throw missing_key(call, ask.in.bucket, ask.key);
  }
  return owner_controls(call);
}

std::vector<aws::Need> to_read_acl(const Call&, const Value& input) {
  const bool version = !member_text(input, "VersionId").empty();
  return {need_on_object(version ? "GetObjectVersionAcl" : "GetObjectAcl", input)};
}

constexpr aws::Operation table[] = {
    aws::operation<read_target, is_empty>("GetBucketLogging",
                                          {.access = on_bucket<"GetBucketLogging">}),
    aws::operation<read_target, is_empty>("GetBucketNotificationConfiguration",
                                          {.access = on_bucket<"GetBucketNotification">}),
    aws::operation<read_target, owner_owns>("GetBucketOwnershipControls",
                                            {.access = on_bucket<"GetBucketOwnershipControls">}),
    aws::operation<read_target, blocks_public_access>(
        "GetPublicAccessBlock", {.access = on_bucket<"GetBucketPublicAccessBlock">}),
    aws::operation<read_target, bucket_acl>("GetBucketAcl", {.access = on_bucket<"GetBucketAcl">}),
    aws::operation<read_version_target, object_acl>("GetObjectAcl", {.access = to_read_acl}),
    aws::operation<read_target, has_none<"NoSuchBucketPolicy", "The bucket policy does not exist">>(
        "GetBucketPolicy", {.access = on_bucket<"GetBucketPolicy">}),
    aws::operation<read_target, has_none<"NoSuchBucketPolicy", "The bucket policy does not exist">>(
        "GetBucketPolicyStatus", {.access = on_bucket<"GetBucketPolicyStatus">}),
    aws::operation<read_target, has_none<"NoSuchLifecycleConfiguration",
                                         "The lifecycle configuration does not exist">>(
        "GetBucketLifecycleConfiguration", {.access = on_bucket<"GetLifecycleConfiguration">}),
    aws::operation<read_target, has_none<"ReplicationConfigurationNotFoundError",
                                         "The replication configuration was not found">>(
        "GetBucketReplication", {.access = on_bucket<"GetReplicationConfiguration">}),
};

}  // namespace

const std::span<const aws::Operation> configuration_operations = table;

}  // namespace millrace::service::s3
