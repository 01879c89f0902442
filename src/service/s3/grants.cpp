#include "service/s3/grants.hpp"

#include "base/text.hpp"
#include "objects/openness.hpp"
#include "policy/principal_ids.hpp"
#include "service/s3/access.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/points.hpp"
#include "service/s3/target.hpp"

#include <algorithm>
#include <array>

namespace millrace::service::s3 {

namespace {

using objects::Acl;
using objects::Grant;

constexpr std::size_t grants_limit = 100;
constexpr std::string_view full_control = "FULL_CONTROL";

struct GrantHeader {
  std::string_view member;
  std::string_view permission;
  std::string_view key;  // of conditions
};
constexpr std::array<GrantHeader, 5> grant_headers = {{
    {"GrantFullControl", "FULL_CONTROL", "s3:x-amz-grant-full-control"},
    {"GrantRead", "READ", "s3:x-amz-grant-read"},
    {"GrantReadACP", "READ_ACP", "s3:x-amz-grant-read-acp"},
    {"GrantWrite", "WRITE", "s3:x-amz-grant-write"},
    {"GrantWriteACP", "WRITE_ACP", "s3:x-amz-grant-write-acp"},
}};

AskedGrant read_grant(const aws::View& grant) {
  const aws::View grantee = grant.take("Grantee").view();
  AskedGrant asked{.type = grantee.take("Type").text_or(""),
                   .permission = grant.take("Permission").text_or("")};
  const auto id = grantee.take("ID").optional_text();
  const auto uri = grantee.take("URI").optional_text();
  const auto address = grantee.take("EmailAddress").optional_text();
  static_cast<void>(grantee.keep("DisplayName").present());
  const auto& named = asked.type == "Group" ? uri : asked.type == "CanonicalUser" ? id : address;
  asked.name = named.value_or("");
  return asked;
}

aws::Error malformed_acl() {
  return {"MalformedACLError",
          "The XML you provided was not well-formed or did not validate against our published "
          "schema"};
}

Grant to_grant(const Service& service, const AskedGrant& asked) {
  if (asked.type == "AmazonCustomerByEmail") {
    throw aws::Error("UnresolvableGrantByEmailAddress",
                     "The e-mail address you provided does not match any account on record.")
        .with("Email", asked.name);
  }
  if (asked.type == "Group") {
    constexpr std::array<std::string_view, 3> groups = {
        objects::all_users, objects::authenticated_users, objects::log_delivery};
    if (std::ranges::find(groups, asked.name) == groups.end())
      throw invalid_argument("Group/URI", asked.name, "Invalid group uri");
    return {.user = {}, .group = asked.name, .permission = asked.permission};
  }
  const bool known = asked.name == policy::anonymous_user || service.knows_user(asked.name);
  if (!known) throw invalid_argument("CanonicalUser/ID", asked.name, "Invalid id");
  return {.user = asked.name, .group = {}, .permission = asked.permission};
}

// id="...", uri="...", emailAddress="..."
std::vector<AskedGrant> parse_grant_header(const std::string& permission,
                                           const std::string& header) {
  std::vector<AskedGrant> grants;
  for (const std::string_view piece : base::split(header, ',')) {
    const std::string_view text = base::trim(piece);
    const auto equals = text.find('=');
    const std::string_view type = text.substr(0, equals);
    std::string_view name = equals == std::string_view::npos ? "" : text.substr(equals + 1);
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"') {
      name = name.substr(1, name.size() - 2);
    }
    const char* kind = base::equal_ignoring_case(type, "id")             ? "CanonicalUser"
                       : base::equal_ignoring_case(type, "uri")          ? "Group"
                       : base::equal_ignoring_case(type, "emailAddress") ? "AmazonCustomerByEmail"
                                                                         : nullptr;
    if (kind == nullptr || name.empty()) {
      throw invalid_argument("x-amz-grant-" + base::lower(permission), header,
                             "Argument format not recognized");
    }
    grants.push_back({.type = kind, .name = std::string(name), .permission = permission});
  }
  return grants;
}

Acl canned_acl(const std::string& name, AclOf of, const std::string& owner,
               const std::string& bucket_owner) {
  const auto user = [](const std::string& id, std::string_view permission) {
    return Grant{.user = id, .group = {}, .permission = std::string(permission)};
  };
  const auto group = [](std::string_view uri, std::string_view permission) {
    return Grant{.user = {}, .group = std::string(uri), .permission = std::string(permission)};
  };
  const bool of_others_bucket = of == AclOf::object && owner != bucket_owner;
  Acl acl = {user(owner, full_control)};
  if (name == "public-read" || name == "public-read-write") {
    acl.push_back(group(objects::all_users, "READ"));
    if (name == "public-read-write") acl.push_back(group(objects::all_users, "WRITE"));
  } else if (name == "authenticated-read") {
    acl.push_back(group(objects::authenticated_users, "READ"));
  } else if (name == "bucket-owner-read" && of_others_bucket) {
    acl.push_back(user(bucket_owner, "READ"));
  } else if (name == "bucket-owner-full-control" && of_others_bucket) {
    acl.push_back(user(bucket_owner, full_control));
  } else if (name == "log-delivery-write") {
    acl.push_back(group(objects::log_delivery, "WRITE"));
    acl.push_back(group(objects::log_delivery, "READ_ACP"));
  } else if (name == "aws-exec-read") {
    throw not_implemented("The ACL aws-exec-read is not built: there is no Amazon EC2");
  }
  return acl;
}

std::string writer_account(const aws::Call& call) {
  const std::string& account = call.principal.account;
  return account.empty() ? std::string(policy::anonymous_user) : account;
}

// With ownership enforced, S3 accepts the lists that say what holds anyway.
void check_enforced(const AskedAcl& asked) {
  const bool says_nothing =
      asked.headers.empty() && (asked.canned.empty() || asked.canned == "private" ||
                                asked.canned == "bucket-owner-full-control");
  if (!says_nothing) throw acl_not_supported();
}

}  // namespace

AskedAcl read_acl_headers(const aws::View& in, bool with_write) {
  AskedAcl asked{.canned = in.take("ACL").text_or(""), .headers = {}, .policy = std::nullopt};
  for (const GrantHeader& header : grant_headers) {
    if (header.permission == "WRITE" && !with_write) continue;
    const auto text = in.take(header.member).optional_text();
    if (text) asked.headers.emplace_back(header.permission, *text);
  }
  return asked;
}

AskedAcl read_acl(const aws::View& in) {
  AskedAcl asked = read_acl_headers(in, true);
  const aws::View policy = in.take("AccessControlPolicy").view();
  const aws::View owner = policy.take("Owner").view();
  AskedAcl::Policy given{.owner = owner.take("ID").optional_text(), .grants = {}};
  static_cast<void>(owner.keep("DisplayName").present());
  for (const aws::View& grant : policy.take("Grants").views()) {
    given.grants.push_back(read_grant(grant));
  }
  if (policy.present()) asked.policy = std::move(given);
  return asked;
}

Acl to_acl(const Service& service, const AskedAcl& asked, AclOf of, const std::string& owner,
           const std::string& bucket_owner) {
  if (!asked.canned.empty() && !asked.headers.empty()) {
    throw invalid_request("Specifying both Canned ACLs and Header Grants is not allowed");
  }
  if (asked.headers.empty() && !asked.policy) {
    return canned_acl(asked.canned, of, owner, bucket_owner);
  }
  std::vector<AskedGrant> grants;
  for (const auto& [permission, header] : asked.headers) {
    const auto some = parse_grant_header(permission, header);
    grants.insert(grants.end(), some.begin(), some.end());
  }
  if (asked.policy) {
    if (!asked.policy->owner || asked.policy->grants.size() > grants_limit) throw malformed_acl();
    if (*asked.policy->owner != owner) throw access_denied();
    grants = asked.policy->grants;
  }
  Acl acl;
  for (const AskedGrant& grant : grants) {
    if (grant.permission.empty() || grant.type.empty()) throw malformed_acl();
    acl.push_back(to_grant(service, grant));
  }
  return acl;
}

void check_public_acl(const Service& service, const aws::Call& call, std::string_view action,
                      const std::string& resource, const objects::Bucket& bucket, const Acl& acl) {
  if (!objects::is_public(acl) || !block_for(service, call, bucket).refuses_acls) return;
  if (call.principal.account != bucket.account) throw access_denied();
  throw aws::Error("AccessDenied",
                   "User: " + call.principal.arn + " is not authorized to perform: " +
                       std::string(action) + " on resource: \"" + resource +
                       "\" because public access control lists (ACLs) are prevented by the "
                       "BlockPublicAcls setting in S3 Block Public Access.");
}

aws::Error acl_not_supported() {
  return {"AccessControlListNotSupported", "The bucket does not allow ACLs"};
}

void set_object_acl(const Service& service, const aws::Call& call, const objects::Bucket& bucket,
                    std::string_view key, const AskedAcl& asked, objects::Traits& traits) {
  const objects::Ownership ownership = objects::ownership(bucket);
  if (ownership == objects::Ownership::enforced) return check_enforced(asked);
  const std::string writer = writer_account(call);
  const bool is_given =
      ownership == objects::Ownership::preferred && asked.canned == "bucket-owner-full-control";
  const bool is_own = writer == bucket.account || is_given;
  const std::string owner = is_own ? owner_id(bucket) : canonical_user(writer);
  const Acl acl = to_acl(service, asked, AclOf::object, owner, owner_id(bucket));
  check_public_acl(service, call, "s3:PutObject", objects::object_arn(bucket.name, key), bucket,
                   acl);
  traits.owner = is_own ? std::string() : writer;
  traits.acl = acl == objects::to_acl("", owner) ? std::string() : objects::to_text(acl);
}

std::string owner_id(const objects::Bucket& bucket) { return canonical_user(bucket.account); }

std::string owner_id(const objects::Bucket& bucket, const objects::Traits& traits) {
  const bool is_buckets =
      traits.owner.empty() || objects::ownership(bucket) == objects::Ownership::enforced;
  return is_buckets ? owner_id(bucket) : canonical_user(traits.owner);
}

void add_acl_conditions(aws::Need& need, const aws::Value& input) {
  const std::string canned = member_text(input, "ACL");
  if (!canned.empty()) need.conditions["s3:x-amz-acl"] = {canned};
  for (const GrantHeader& header : grant_headers) {
    const std::string text = member_text(input, header.member);
    if (!text.empty()) need.conditions[std::string(header.key)] = {text};
  }
}

policy::Conditions acl_conditions(const AskedAcl& asked) {
  policy::Conditions conditions;
  if (!asked.canned.empty()) conditions["s3:x-amz-acl"] = {asked.canned};
  for (const auto& [permission, grantees] : asked.headers) {
    const auto* header = std::ranges::find(grant_headers, permission, &GrantHeader::permission);
    conditions[std::string(header->key)] = {grantees};
  }
  return conditions;
}

bool asks_for_acl(const aws::Value& input) {
  return !member_text(input, "ACL").empty() ||
         std::ranges::any_of(grant_headers, [&](const GrantHeader& header) {
           return !member_text(input, header.member).empty();
         });
}

}  // namespace millrace::service::s3
