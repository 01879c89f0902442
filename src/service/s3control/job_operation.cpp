#include "service/s3control/job_operation.hpp"

#include "aws/error.hpp"
#include "base/encoding.hpp"
#include "service/s3control/checksum_task.hpp"
#include "service/s3control/replication_task.hpp"

#include <algorithm>
#include <array>

namespace millrace::service::s3control {

namespace {

using aws::Asked;
using base::List;
using base::Map;
using base::Value;

constexpr std::string_view bucket_arn_start = "arn:aws:s3:::";

constexpr Kept metadata_members[] = {
    {"CacheControl"}, {"ContentDisposition"}, {"ContentEncoding"}, {"ContentLanguage"},
    {"ContentType"},  {"HttpExpiresDate"},    {"SSEAlgorithm"},    {"UserMetadata"},
};
constexpr Kept copy_members[] = {
    {"TargetResource"},
    {"TargetKeyPrefix"},
    {"CannedAccessControlList"},
    {"AccessControlGrants"},
    {"MetadataDirective"},
    {"ModifiedSinceConstraint"},
    {"UnModifiedSinceConstraint"},
    {"NewObjectMetadata", metadata_members},
    {"NewObjectTagging"},
    {"RedirectLocation"},
    {"RequesterPays"},
    {"StorageClass"},
    {"ObjectLockLegalHoldStatus"},
    {"ObjectLockMode"},
    {"ObjectLockRetainUntilDate"},
    {"BucketKeyEnabled"},
    {"ChecksumAlgorithm"},
};
constexpr Kept acl_policy_members[] = {{"AccessControlList"}, {"CannedAccessControlList"}};
constexpr Kept acl_members[] = {{"AccessControlPolicy", acl_policy_members}};
constexpr Kept tagging_members[] = {{"TagSet"}};
constexpr Kept restore_members[] = {{"ExpirationInDays"}, {"GlacierJobTier"}};
constexpr Kept checksum_members[] = {{"ChecksumAlgorithm"}, {"ChecksumType"}};
constexpr Kept hold_members[] = {{"LegalHold"}};
constexpr Kept retention_inside[] = {{"RetainUntilDate"}, {"Mode"}};
constexpr Kept retention_members[] = {{"BypassGovernanceRetention"},
                                      {"Retention", retention_inside}};

aws::Error invalid(std::string message) { return {"InvalidRequest", std::move(message)}; }

aws::Error not_built(std::string_view what) {
  return {"NotImplemented",
          "CreateJob: Millrace does not implement Operation." + std::string(what) + ".", 501};
}

const Value* find(const Map& members, std::string_view name) { return members.find(name); }

std::string text(const Map& members, std::string_view name) {
  const Value* value = members.find(name);
  return value != nullptr && value->is_text() ? value->text() : std::string();
}

void move(const Map& from, std::string_view name, std::string_view to, Map& input) {
  if (const Value* value = from.find(name)) input.set(std::string(to), *value);
}

// The object itself, of an operation that changes it.
Map object_of(const Task& task) {
  Map input{{"Bucket", task.bucket}, {"Key", task.key}};
  if (!task.version.empty()) input.set("VersionId", task.version);
  return input;
}

std::string source_of(const Task& task) {
  std::string source = task.bucket + "/" + base::percent_encode(task.key, true);
  if (!task.version.empty()) source += "?versionId=" + base::percent_encode(task.version);
  return source;
}

std::string as_query(const List& tags) {
  std::string query;
  for (const Value& tag : tags) {
    if (!query.empty()) query += '&';
    query += base::percent_encode(tag.find("Key")->text()) + "=" +
             base::percent_encode(tag.find("Value")->text());
  }
  return query;
}

// Grants as the header of their permission has them: id="..", uri="..".
void add_grants(const List& grants, Map& input) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> members = {
      {{"FULL_CONTROL", "GrantFullControl"},
       {"READ", "GrantRead"},
       {"READ_ACP", "GrantReadACP"},
       {"WRITE_ACP", "GrantWriteACP"}}};
  for (const auto& [permission, member] : members) {
    std::string header;
    for (const Value& grant : grants) {
      if (grant.find("Permission")->text() != permission) continue;
      const Value& grantee = *grant.find("Grantee");
      if (!header.empty()) header += ", ";
      header += grantee.find("TypeIdentifier")->text() + "=\"" +
                grantee.find("Identifier")->text() + "\"";
    }
    if (!header.empty()) input.set(std::string(member), header);
  }
}

// Metadata given replace the source's, unless only the encryption of the copy is said among them.
bool replaces_metadata(const Map& members) {
  const std::string directive = text(members, "MetadataDirective");
  if (!directive.empty()) return directive == "REPLACE";
  const Value* given = find(members, "NewObjectMetadata");
  if (given == nullptr) return false;
  const bool only_encryption = given->map().size() == 1 && given->find("SSEAlgorithm") != nullptr;
  return !only_encryption;
}

void add_metadata(const Map& members, Map& input) {
  if (replaces_metadata(members)) input.set("MetadataDirective", "REPLACE");
  const Value* given = find(members, "NewObjectMetadata");
  if (given == nullptr) return;
  const Map& metadata = given->map();
  for (const std::string_view name : {"CacheControl", "ContentDisposition", "ContentEncoding",
                                      "ContentLanguage", "ContentType"}) {
    move(metadata, name, name, input);
  }
  move(metadata, "UserMetadata", "Metadata", input);
  if (const Value* expires = metadata.find("HttpExpiresDate")) {
    input.set("Expires", base::http_date(expires->time()));
  }
  if (const Value* kind = metadata.find("SSEAlgorithm")) {
    input.set("ServerSideEncryption", kind->text() == "KMS" ? "aws:kms" : "AES256");
  }
}

Asked copy_call(const Map& members, const Task& task) {
  const std::string prefix = text(members, "TargetKeyPrefix");
  Map input{{"Bucket", bucket_in_arn(text(members, "TargetResource"))},
            {"Key", prefix.empty() ? task.key : prefix + "/" + task.key},
            {"CopySource", source_of(task)}};
  add_metadata(members, input);
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> moved = {
      {{"CannedAccessControlList", "ACL"},
       {"ModifiedSinceConstraint", "CopySourceIfModifiedSince"},
       {"UnModifiedSinceConstraint", "CopySourceIfUnmodifiedSince"},
       {"RedirectLocation", "WebsiteRedirectLocation"},
       {"StorageClass", "StorageClass"},
       {"ObjectLockLegalHoldStatus", "ObjectLockLegalHoldStatus"},
       {"ObjectLockMode", "ObjectLockMode"},
       {"ObjectLockRetainUntilDate", "ObjectLockRetainUntilDate"},
       {"BucketKeyEnabled", "BucketKeyEnabled"},
       {"ChecksumAlgorithm", "ChecksumAlgorithm"}}};
  for (const auto& [name, to] : moved) move(members, name, to, input);
  if (const Value* grants = find(members, "AccessControlGrants")) add_grants(grants->list(), input);
  if (const Value* tags = find(members, "NewObjectTagging")) {
    input.set("TaggingDirective", "REPLACE");
    if (!tags->list().empty()) input.set("Tagging", as_query(tags->list()));
  }
  Asked asked{.operation = "CopyObject", .input = std::move(input)};
  const Value* pays = find(members, "RequesterPays");
  if (pays != nullptr && pays->flag()) asked.headers.add("x-amz-request-payer", "requester");
  return asked;
}

// S3's own form of a list that S3 Control has in another.
Map acl_document(const Value& list) {
  List grants;
  if (const Value* given = list.find("Grants")) {
    for (const Value& grant : given->list()) {
      const Value& grantee = *grant.find("Grantee");
      const bool by_id = grantee.find("TypeIdentifier")->text() == "id";
      Map whom{{"Type", by_id ? "CanonicalUser" : "Group"},
               {by_id ? "ID" : "URI", *grantee.find("Identifier")}};
      grants.emplace_back(
          Map{{"Grantee", std::move(whom)}, {"Permission", *grant.find("Permission")}});
    }
  }
  return Map{{"Owner", *list.find("Owner")}, {"Grants", std::move(grants)}};
}

Asked acl_call(const Map& members, const Task& task) {
  Map input = object_of(task);
  const Value& policy = *find(members, "AccessControlPolicy");
  move(policy.map(), "CannedAccessControlList", "ACL", input);
  if (const Value* list = policy.find("AccessControlList")) {
    input.set("AccessControlPolicy", acl_document(*list));
  }
  return {.operation = "PutObjectAcl", .input = std::move(input)};
}

Asked tagging_call(const Map& members, const Task& task) {
  Map input = object_of(task);
  const Value* tags = find(members, "TagSet");
  input.set("Tagging", Map{{"TagSet", tags != nullptr ? *tags : Value(List{})}});
  return {.operation = "PutObjectTagging", .input = std::move(input)};
}

Asked untagging_call(const Map&, const Task& task) {
  return {.operation = "DeleteObjectTagging", .input = object_of(task)};
}

Asked restore_call(const Map& members, const Task& task) {
  Map input = object_of(task);
  Map restore;
  move(members, "ExpirationInDays", "Days", restore);
  const bool in_bulk = text(members, "GlacierJobTier") == "BULK";
  restore.set("GlacierJobParameters", Map{{"Tier", in_bulk ? "Bulk" : "Standard"}});
  input.set("RestoreRequest", std::move(restore));
  return {.operation = "RestoreObject", .input = std::move(input)};
}

Asked hold_call(const Map& members, const Task& task) {
  Map input = object_of(task);
  move(members, "LegalHold", "LegalHold", input);
  return {.operation = "PutObjectLegalHold", .input = std::move(input)};
}

Asked retention_call(const Map& members, const Task& task) {
  Map input = object_of(task);
  move(members, "Retention", "Retention", input);
  move(members, "BypassGovernanceRetention", "BypassGovernanceRetention", input);
  return {.operation = "PutObjectRetention", .input = std::move(input)};
}

void check_grants(const List& grants) {
  for (const Value& grant : grants) {
    const Value* grantee = grant.find("Grantee");
    if (grant.find("Permission") == nullptr || grantee == nullptr ||
        grantee->find("TypeIdentifier") == nullptr || grantee->find("Identifier") == nullptr) {
      throw invalid("A grant must have a permission and a grantee with type and identifier");
    }
    if (grantee->find("TypeIdentifier")->text() == "emailAddress") {
      throw not_built("Grantee.TypeIdentifier emailAddress");
    }
    if (grant.find("Permission")->text() == "WRITE") {
      throw invalid("The permission WRITE cannot be granted on an object");
    }
  }
}

void check_copy(const Map& members) {
  const std::string target = text(members, "TargetResource");
  if (target.empty()) throw invalid("The target resource of the copy is missing");
  if (bucket_in_arn(target).empty()) throw not_built("S3PutObjectCopy.TargetResource " + target);
  if (const Value* grants = find(members, "AccessControlGrants")) {
    if (find(members, "CannedAccessControlList") != nullptr) {
      throw invalid("Specifying both Canned ACLs and Grants is not allowed");
    }
    check_grants(grants->list());
  }
}

void check_acl(const Map& members) {
  const Value* policy = find(members, "AccessControlPolicy");
  const Value* list = policy != nullptr ? policy->find("AccessControlList") : nullptr;
  const bool is_canned = policy != nullptr && policy->find("CannedAccessControlList") != nullptr;
  if (is_canned == (list != nullptr)) {
    throw invalid("Either an access control list or a canned one must be given");
  }
  if (list == nullptr) return;
  if (const Value* grants = list->find("Grants")) check_grants(grants->list());
}

void check_restore(const Map& members) {
  const Value* days = find(members, "ExpirationInDays");
  if (days == nullptr || days->integer() < 1) throw invalid("ExpirationInDays must be at least 1");
}

void check_checksum(const Map& members) {
  if (text(members, "ChecksumType") == "COMPOSITE") {
    throw not_built("S3ComputeObjectChecksum.ChecksumType COMPOSITE");
  }
}

void check_nothing(const Map&) {}

struct Kind {
  std::string_view name;
  std::span<const Kept> members;
  void (*check)(const Map&);
  Asked (*call)(const Map&, const Task&);  // null: no operation of S3 does it
  bool repeatable = true;
};

constexpr Kind kinds[] = {
    {"S3PutObjectCopy", copy_members, check_copy, copy_call, false},
    {"S3PutObjectAcl", acl_members, check_acl, acl_call},
    {"S3PutObjectTagging", tagging_members, check_nothing, tagging_call},
    {"S3DeleteObjectTagging", {}, check_nothing, untagging_call},
    {"S3InitiateRestoreObject", restore_members, check_restore, restore_call},
    {"S3PutObjectLegalHold", hold_members, check_nothing, hold_call},
    {"S3PutObjectRetention", retention_members, check_nothing, retention_call},
    {checksum_operation, checksum_members, check_checksum, nullptr},
    {replication_operation, {}, check_nothing, nullptr},
};

const Kind& kind_of(std::string_view name) { return *std::ranges::find(kinds, name, &Kind::name); }

}  // namespace

void keep_members(const aws::View& in, std::span<const Kept> members, Map& out) {
  for (const Kept& kept : members) {
    const aws::Member member = in.take(kept.name);
    if (kept.inside.empty()) {
      if (const Value* value = member.whole()) out.set(std::string(kept.name), *value);
      continue;
    }
    const aws::View view = member.view();
    if (!view.present()) continue;
    Map inside;
    keep_members(view, kept.inside, inside);
    out.set(std::string(kept.name), std::move(inside));
  }
}

Map read_operation(const aws::View& in) {
  Map found;
  for (const Kind& kind : kinds) {
    const aws::View view = in.take(kind.name).view();
    if (!view.present()) continue;
    Map members;
    keep_members(view, kind.members, members);
    found.set(std::string(kind.name), std::move(members));
  }
  return found;
}

void check_operation(const Map& operation) {
  // What is not built and has members is refused by them; this one may have none.
  if (operation.empty()) throw not_built("LambdaInvoke");
  if (operation.size() != 1) throw invalid("A job has exactly one operation");
  const auto& [name, members] = *operation.begin();
  kind_of(name).check(members.map());
}

bool is_repeatable(std::string_view operation) { return kind_of(operation).repeatable; }

Asked call_of(std::string_view operation, const Map& members, const Task& task,
              const std::string& region) {
  Asked asked = kind_of(operation).call(members, task);
  asked.service = "s3";
  asked.region = region;
  return asked;
}

std::string bucket_in_arn(std::string_view arn) {
  if (!arn.starts_with(bucket_arn_start)) return {};
  const std::string_view name = arn.substr(bucket_arn_start.size());
  return name.find_first_of("/:") == std::string_view::npos ? std::string(name) : std::string();
}

}  // namespace millrace::service::s3control
