#include "objects/acl.hpp"

#include "base/json.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace millrace::objects {

namespace {

using base::Map;
using base::Value;
using Names = std::span<const std::string_view>;

constexpr std::string_view log_service = "logging.s3.amazonaws.com";

Value to_value(const Grant& grant) {
  Map grantee;
  if (grant.group.empty()) {
    grantee = Map{{"Type", "CanonicalUser"}, {"ID", grant.user}};
  } else {
    grantee = Map{{"Type", "Group"}, {"URI", grant.group}};
  }
  return Map{{"Grantee", std::move(grantee)}, {"Permission", grant.permission}};
}

std::string text_of(const Value& value, std::string_view name) {
  const Value* found = value.find(name);
  return found == nullptr ? std::string() : found->text();
}

Grant to_grant(const Value& value) {
  const Value& grantee = *value.find("Grantee");
  return {.user = text_of(grantee, "ID"),
          .group = text_of(grantee, "URI"),
          .permission = text_of(value, "Permission")};
}

constexpr std::array<std::string_view, 3> list_bucket = {"s3:ListBucket", "s3:ListBucketVersions",
                                                         "s3:ListBucketMultipartUploads"};
constexpr std::array<std::string_view, 2> write_own_object = {"s3:PutObject", "s3:DeleteObject"};
// Who may write an object may bring its list with it.
constexpr std::array<std::string_view, 1> list_new_object = {"s3:PutObjectAcl"};
constexpr std::array<std::string_view, 1> read_bucket_acl = {"s3:GetBucketAcl"};
constexpr std::array<std::string_view, 1> write_bucket_acl = {"s3:PutBucketAcl"};
constexpr std::array<std::string_view, 2> read_object = {"s3:GetObject", "s3:GetObjectVersion"};
constexpr std::array<std::string_view, 2> read_object_acl = {"s3:GetObjectAcl",
                                                             "s3:GetObjectVersionAcl"};
constexpr std::array<std::string_view, 2> write_object_acl = {"s3:PutObjectAcl",
                                                              "s3:PutObjectVersionAcl"};

// AWS's table of what a permission of a list is in the language of policies.
Names actions_of(std::string_view permission, Reach reach) {
  const bool of_bucket = reach == Reach::bucket || reach == Reach::bucket_and_object;
  if (permission == "READ") return of_bucket ? Names(list_bucket) : Names(read_object);
  if (permission == "WRITE" && reach == Reach::bucket_and_object) return write_own_object;
  if (permission == "WRITE" && reach == Reach::absent_object) return list_new_object;
  if (permission == "WRITE" || reach == Reach::absent_object) return {};
  if (permission == "READ_ACP") return of_bucket ? Names(read_bucket_acl) : Names(read_object_acl);
  return of_bucket ? Names(write_bucket_acl) : Names(write_object_acl);
}

void add_actions(const Grant& grant, Reach reach, policy::Statement& statement) {
  constexpr policy::Pattern::Reading literal{.wildcards = false, .variables = false};
  for (const std::string_view permission : {"READ", "WRITE", "READ_ACP", "WRITE_ACP"}) {
    if (grant.permission != permission && grant.permission != "FULL_CONTROL") continue;
    for (const std::string_view action : actions_of(permission, reach)) {
      statement.actions.emplace_back(action, literal);
    }
  }
}

policy::Principals principals_of(const Grant& grant) {
  policy::Principals named;
  if (grant.group.empty()) named.canonical.push_back(grant.user);
  if (grant.group == log_delivery) named.services.emplace_back(log_service);
  named.all_accounts = grant.group == authenticated_users;
  named.all_callers = grant.group == all_users;
  return named;
}

}  // namespace

std::string to_text(const Acl& acl) {
  base::List grants;
  for (const Grant& grant : acl) grants.push_back(to_value(grant));
  return base::write_json(Map{{"Grants", std::move(grants)}});
}

Acl to_acl(std::string_view text, std::string_view owner_id) {
  if (text.empty()) {
    return {{.user = std::string(owner_id), .group = {}, .permission = "FULL_CONTROL"}};
  }
  Acl acl;
  const Value whole = base::parse_json(text);
  for (const Value& grant : whole.find("Grants")->list()) acl.push_back(to_grant(grant));
  return acl;
}

bool is_public(const Grant& grant) {
  return grant.group == all_users || grant.group == authenticated_users;
}

bool is_public(const Acl& acl) {
  return std::ranges::any_of(acl, [](const Grant& grant) { return is_public(grant); });
}

Acl without_public(Acl acl) {
  std::erase_if(acl, [](const Grant& grant) { return is_public(grant); });
  return acl;
}

std::shared_ptr<const policy::Policy> grants_policy(const Acl& acl, Reach reach) {
  constexpr policy::Pattern::Reading wild{.wildcards = true, .variables = false};
  auto policy = std::make_shared<policy::Policy>();
  for (const Grant& grant : acl) {
    policy::Statement statement;
    add_actions(grant, reach, statement);
    if (statement.actions.empty()) continue;
    statement.resources.emplace_back("*", wild);
    statement.principals = principals_of(grant);
    policy->statements.push_back(std::move(statement));
  }
  return policy;
}

}  // namespace millrace::objects
