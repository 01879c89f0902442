// Access control lists: PutBucketAcl, GetBucketAcl, PutObjectAcl, GetObjectAcl.
#include "objects/acl.hpp"

#include "objects/openness.hpp"
#include "service/s3/access.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/grants.hpp"
#include "service/s3/target.hpp"
#include "service/s3/versions.hpp"

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;
using aws::View;
using objects::Acl;

void read_body_checksum(const View& in) {
  // The body's digest is checked where bodies are read.
  static_cast<void>(in.take("ContentMD5").present());
  static_cast<void>(in.take("ChecksumAlgorithm").present());
}

Value grant_value(const objects::Grant& grant) {
  Map grantee;
  if (grant.group.empty()) {
    grantee = Map{{"ID", grant.user}, {"Type", "CanonicalUser"}};
  } else {
    grantee = Map{{"URI", grant.group}, {"Type", "Group"}};
  }
  return Map{{"Grantee", std::move(grantee)}, {"Permission", grant.permission}};
}

// What S3 shows are the grants that count.
Value acl_value(const objects::Bucket& bucket, const std::string& owner, std::string_view text) {
  const bool enforced = objects::ownership(bucket) == objects::Ownership::enforced;
  Acl acl = objects::to_acl(enforced ? "" : text, owner);
  if (objects::public_block(bucket).ignores_acls) acl = objects::without_public(std::move(acl));
  List grants;
  for (const objects::Grant& grant : acl) grants.push_back(grant_value(grant));
  return Map{{"Owner", Map{{"ID", owner}}}, {"Grants", std::move(grants)}};
}

void check_asked(const AskedAcl& asked) {
  if (asked.is_empty()) {
    throw aws::Error("MissingSecurityHeader", "Your request was missing a required header")
        .with("MissingHeaderName", "x-amz-acl");
  }
  if (!asked.policy || (asked.canned.empty() && asked.headers.empty())) return;
  throw aws::Error("UnexpectedContent", "This request does not support content");
}

Value get_bucket_acl(Service& service, Call& call, const Target& ask) {
  const objects::Bucket bucket = reach(service, call, ask);
  return acl_value(bucket, owner_id(bucket), bucket.setting(objects::acl_setting));
}

// With ownership enforced, S3 takes the list that says so, by its name or in XML, and no other.
bool is_enforced(const Service& service, const objects::Bucket& bucket, const AskedAcl& asked,
                 AclOf of) {
  if (objects::ownership(bucket) != objects::Ownership::enforced) return false;
  const std::string owner = owner_id(bucket);
  const bool same = asked.policy
                        ? to_acl(service, asked, of, owner, owner) == objects::to_acl("", owner)
                        : of == AclOf::object && asked.canned == "bucket-owner-full-control";
  if (!same) throw acl_not_supported();
  return true;
}

struct PutBucketAcl {
  Target target;
  AskedAcl acl;
};

PutBucketAcl read_put_bucket(const View& in) {
  read_body_checksum(in);
  return {.target = read_target(in), .acl = read_acl(in)};
}

Value put_bucket_acl(Service& service, Call& call, const PutBucketAcl& ask) {
  const objects::Bucket bucket = reach(service, call, ask.target);
  check_asked(ask.acl);
  const std::string owner = owner_id(bucket);
  if (is_enforced(service, bucket, ask.acl, AclOf::bucket)) return Map{};
  const Acl acl = to_acl(service, ask.acl, AclOf::bucket, owner, owner);
  check_public_acl(service, call, "s3:PutBucketAcl", objects::bucket_arn(bucket.name), bucket, acl);
  const bool is_private = acl == objects::to_acl("", owner);
  translated([&] {
    service.objects.set_setting(
        call.permit(), {.bucket = bucket.name, .kind = std::string(objects::acl_setting), .id = {}},
        is_private ? "" : objects::to_text(acl));
  });
  return Map{};
}

Value get_object_acl(Service& service, Call& call, const ObjectTarget& ask) {
  const objects::Bucket bucket = reach(service, call, ask);
  return reading(call, ask, [&]() -> Value {
    const auto object = service.objects.look(call.permit(), ask.name(), std::nullopt);
    if (!object) throw missing_key(call, ask.in.bucket, ask.key);
    return acl_value(bucket, owner_id(bucket, object->info.traits), object->info.traits.acl);
  });
}

struct PutObjectAcl {
  ObjectTarget target;
  AskedAcl acl;
};

PutObjectAcl read_put_object(const View& in) {
  read_body_checksum(in);
  AskedAcl acl = read_acl(in);
  return {.target = read_version_target(in), .acl = std::move(acl)};
}

Value put_object_acl(Service& service, Call& call, const PutObjectAcl& ask) {
  const objects::Bucket bucket = reach(service, call, ask.target);
  check_asked(ask.acl);
  if (is_enforced(service, bucket, ask.acl, AclOf::object)) return Map{};
  reading(call, ask.target, [&] {
    const auto object = service.objects.look(call.permit(), ask.target.name(), std::nullopt);
    if (!object) throw missing_key(call, ask.target.in.bucket, ask.target.key);
    const std::string owner = owner_id(bucket, object->info.traits);
    const Acl acl = to_acl(service, ask.acl, AclOf::object, owner, owner_id(bucket));
    check_public_acl(service, call, "s3:PutObjectAcl",
                     objects::object_arn(ask.target.in.bucket, ask.target.key), bucket, acl);
    const std::string text =
        acl == objects::to_acl("", owner) ? std::string() : objects::to_text(acl);
    service.objects.change(call.permit(), ask.target.name(), [&](objects::ObjectInfo& found) {
      // Another owner's object took its place meanwhile.
      if (owner_id(bucket, found.traits) != owner) throw access_denied();
      found.traits.acl = text;
    });
  });
  return Map{};
}

std::vector<aws::Need> to_put_bucket_acl(const Call&, const Value& input) {
  aws::Need need = need_on_bucket("PutBucketAcl", input);
  add_acl_conditions(need, input);
  return {std::move(need)};
}

// The version's own action where a version is named.
template <Action verb>
std::vector<aws::Need> on_object_acl(const Call&, const Value& input) {
  const std::string version = member_text(input, "VersionId");
  aws::Need need = need_on_object(
      std::string(verb.text) + (version.empty() ? "ObjectAcl" : "ObjectVersionAcl"), input);
  if (!version.empty()) need.conditions["s3:VersionId"] = {version};
  add_acl_conditions(need, input);
  return {std::move(need)};
}

constexpr aws::Operation table[] = {
    aws::operation<read_target, get_bucket_acl>("GetBucketAcl",
                                                {.access = on_bucket<"GetBucketAcl">}),
    aws::operation<read_put_bucket, put_bucket_acl>("PutBucketAcl", {.access = to_put_bucket_acl}),
    aws::operation<read_version_target, get_object_acl>("GetObjectAcl",
                                                        {.access = on_object_acl<"Get">}),
    aws::operation<read_put_object, put_object_acl>("PutObjectAcl",
                                                    {.access = on_object_acl<"Put">}),
};

}  // namespace

const std::span<const aws::Operation> acl_operations = table;

}  // namespace millrace::service::s3
