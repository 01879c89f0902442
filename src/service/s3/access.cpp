#include "service/s3/access.hpp"

#include "base/encoding.hpp"
#include "objects/objects.hpp"
#include "service/s3/grants.hpp"
#include "service/s3/object_lock.hpp"

namespace millrace::service::s3 {

namespace {

void add_condition(aws::Need& need, const aws::Value& input, std::string_view member,
                   const std::string& key) {
  const std::string text = member_text(input, member);
  if (!text.empty()) need.conditions[key] = {text};
}

void add_tag_conditions(aws::Need& need, const std::string& tagging) {
  const auto pairs = base::parse_query(tagging, true);
  if (!pairs) return;
  for (const auto& [name, value] : *pairs) {
    need.conditions["s3:RequestObjectTag/" + name] = {value};
    need.conditions["s3:RequestObjectTagKeys"].push_back(name);
  }
}

}  // namespace

std::string member_text(const aws::Value& input, std::string_view name) {
  const aws::Value* value = input.find(name);
  if (value == nullptr) return {};
  if (value->is_integer()) return std::to_string(value->integer());
  return value->is_text() ? value->text() : std::string();
}

aws::Need need_on_bucket(std::string_view action, const aws::Value& input) {
  return {.action = "s3:" + std::string(action),
          .resource = objects::bucket_arn(member_text(input, "Bucket")),
          .conditions = {}};
}

aws::Need need_on_object(std::string_view action, const aws::Value& input) {
  return {.action = "s3:" + std::string(action),
          .resource = objects::object_arn(member_text(input, "Bucket"), member_text(input, "Key")),
          .conditions = {}};
}

namespace {

// Of what needs leave to put an object, the beginning and the parts of an upload make none: a
// policy that asks for preconditions can let them pass.
bool makes_object(std::string_view operation) {
  return operation != "CreateMultipartUpload" && operation != "UploadPart" &&
         operation != "UploadPartCopy";
}

void add_preconditions(aws::Need& put, const aws::Call& call, const aws::Value& input) {
  add_condition(put, input, "IfMatch", "s3:if-match");
  add_condition(put, input, "IfNoneMatch", "s3:if-none-match");
  put.conditions["s3:ObjectCreationOperation"] = {makes_object(call.operation) ? "true" : "false"};
}

AskedLock lock_in(const aws::Value& input) {
  const aws::Value* until = input.find("ObjectLockRetainUntilDate");
  const bool has_time = until != nullptr && until->is_time();
  return {.mode = member_text(input, "ObjectLockMode"),
          .until = has_time ? std::optional(until->time()) : std::nullopt,
          .hold = member_text(input, "ObjectLockLegalHoldStatus")};
}

}  // namespace

std::vector<aws::Need> to_read_object(const aws::Call&, const aws::Value& input) {
  const std::string version = member_text(input, "VersionId");
  aws::Need need = need_on_object(version.empty() ? "GetObject" : "GetObjectVersion", input);
  if (!version.empty()) need.conditions["s3:VersionId"] = {version};
  return {std::move(need)};
}

std::vector<aws::Need> to_write_object(const aws::Call& call, const aws::Value& input) {
  aws::Need put = need_on_object("PutObject", input);
  add_acl_conditions(put, input);
  add_condition(put, input, "StorageClass", "s3:x-amz-storage-class");
  add_condition(put, input, "ServerSideEncryption", "s3:x-amz-server-side-encryption");
  add_condition(put, input, "SSEKMSKeyId", "s3:x-amz-server-side-encryption-aws-kms-key-id");
  add_condition(put, input, "SSECustomerAlgorithm",
                "s3:x-amz-server-side-encryption-customer-algorithm");
  add_condition(put, input, "CopySource", "s3:x-amz-copy-source");
  add_condition(put, input, "MetadataDirective", "s3:x-amz-metadata-directive");
  add_condition(put, input, "WebsiteRedirectLocation", "s3:x-amz-website-redirect-location");
  add_preconditions(put, call, input);
  put.conditions.merge(lock_conditions(lock_in(input), call.now));
  std::vector<aws::Need> needs;
  const std::string tagging = member_text(input, "Tagging");
  if (!tagging.empty()) add_tag_conditions(put, tagging);
  needs.push_back(std::move(put));
  if (!tagging.empty()) {
    needs.push_back(need_on_object("PutObjectTagging", input));
    add_tag_conditions(needs.back(), tagging);
  }
  if (asks_for_acl(input)) {
    needs.push_back(need_on_object("PutObjectAcl", input));
    add_acl_conditions(needs.back(), input);
  }
  return needs;
}

std::vector<aws::Need> to_write_upload(const aws::Call& call, const aws::Value& input) {
  aws::Need put = need_on_object("PutObject", input);
  add_preconditions(put, call, input);
  return {std::move(put)};
}

void add_bypass(const aws::Value& input, std::vector<aws::Need>& needs) {
  const aws::Value* past = input.find("BypassGovernanceRetention");
  if (past != nullptr && past->flag()) {
    needs.push_back(need_on_object("BypassGovernanceRetention", input));
  }
}

std::vector<aws::Need> to_list_bucket(const aws::Call&, const aws::Value& input) {
  aws::Need need = need_on_bucket("ListBucket", input);
  // One that is given and empty is a value too: policies name it for the top of a bucket.
  const aws::Value* prefix = input.find("Prefix");
  if (prefix != nullptr) need.conditions["s3:prefix"] = {prefix->text()};
  add_condition(need, input, "Delimiter", "s3:delimiter");
  add_condition(need, input, "MaxKeys", "s3:max-keys");
  return {std::move(need)};
}

}  // namespace millrace::service::s3
