#include "objects/openness.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace millrace::objects {

namespace {

using base::Map;
using base::Value;
using policy::Comparison;
using policy::Condition;
using policy::Operator;

constexpr int least_v4_prefix = 8;
constexpr int least_v6_prefix = 32;

bool flag_of(const Value& value, std::string_view name) {
  const Value* found = value.find(name);
  return found != nullptr && found->flag();
}

// A condition on one of these limits a grant to everybody to somebody.
bool names_somebody(std::string_view key) {
  constexpr std::array<std::string_view, 13> keys = {
      "aws:PrincipalAccount",
      "aws:PrincipalArn",
      "aws:PrincipalOrgID",
      "aws:PrincipalServiceName",
      "aws:SourceAccount",
      "aws:SourceArn",
      "aws:SourceOwner",
      "aws:SourceVpc",
      "aws:SourceVpce",
      "aws:userid",
      "s3:DataAccessPointAccount",
      "s3:DataAccessPointArn",
      "s3:x-amz-server-side-encryption-aws-kms-key-id"};
  return std::ranges::any_of(
      keys, [key](std::string_view known) { return base::equal_ignoring_case(known, key); });
}

bool is_fixed(std::string_view value) {
  return value.find_first_of("*?") == std::string_view::npos &&
         value.find("${") == std::string_view::npos;
}

// Any access points of one account are somebody's: arn:aws:s3:REGION:ACCOUNT:accesspoint/*.
std::string_view account_part(std::string_view key, std::string_view value) {
  constexpr int colons_before_resource = 5;
  if (!base::equal_ignoring_case(key, "s3:DataAccessPointArn")) return value;
  std::size_t end = 0;
  for (int colons = 0; colons < colons_before_resource; ++colons) {
    end = value.find(':', end);
    if (end == std::string_view::npos) return value;
    ++end;
  }
  return value.substr(0, end);
}

// A network so wide that it is the public is /7 and wider, of IPv6 /31.
bool is_narrow_network(std::string_view cidr) {
  const auto slash = cidr.find('/');
  if (slash == std::string_view::npos) return true;
  int prefix = 0;
  const std::string_view digits = cidr.substr(slash + 1);
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (parsed.ec != std::errc()) return false;
  const bool is_v6 = cidr.find(':') != std::string_view::npos;
  return prefix >= (is_v6 ? least_v6_prefix : least_v4_prefix);
}

bool limits(const Condition& condition) {
  const Operator& how = condition.how();
  if (how.negated || how.if_exists || how.set == Operator::Set::all) return false;
  if (how.comparison == Comparison::ip_address) {
    return base::equal_ignoring_case(condition.key(), "aws:SourceIp") &&
           std::ranges::all_of(condition.texts(), is_narrow_network);
  }
  const bool compares = how.comparison == Comparison::string_equals ||
                        how.comparison == Comparison::string_equals_ignore_case ||
                        how.comparison == Comparison::string_like ||
                        how.comparison == Comparison::arn_like;
  return compares && names_somebody(condition.key()) &&
         std::ranges::all_of(condition.texts(), [&](std::string_view text) {
           return is_fixed(account_part(condition.key(), text));
         });
}

bool is_public(const policy::Statement& statement) {
  if (statement.denies) return false;
  const bool names_fixed = !statement.principals.everyone && !statement.principals.all_but;
  return !names_fixed && std::ranges::none_of(statement.conditions, limits);
}

}  // namespace

PublicBlock own_public_block(const Bucket& bucket) {
  const std::string_view document = bucket.setting(public_access_setting);
  return document.empty() ? PublicBlock() : to_public_block(document);
}

PublicBlock public_block(const Bucket& bucket) {
  const PublicBlock own = own_public_block(bucket);
  const std::string_view of_account = bucket.setting(account_public_access_setting);
  return of_account.empty() ? own : strictest(own, to_public_block(of_account));
}

PublicBlock strictest(const PublicBlock& one, const PublicBlock& other) {
  return {.refuses_acls = one.refuses_acls || other.refuses_acls,
          .ignores_acls = one.ignores_acls || other.ignores_acls,
          .refuses_policies = one.refuses_policies || other.refuses_policies,
          .restricts_policies = one.restricts_policies || other.restricts_policies};
}

PublicBlock to_public_block(std::string_view text) {
  const Value value = base::parse_json(text.empty() ? no_block : text);
  return {.refuses_acls = flag_of(value, "BlockPublicAcls"),
          .ignores_acls = flag_of(value, "IgnorePublicAcls"),
          .refuses_policies = flag_of(value, "BlockPublicPolicy"),
          .restricts_policies = flag_of(value, "RestrictPublicBuckets")};
}

std::string to_text(const PublicBlock& block) {
  return base::write_json(Map{{"BlockPublicAcls", block.refuses_acls},
                              {"IgnorePublicAcls", block.ignores_acls},
                              {"BlockPublicPolicy", block.refuses_policies},
                              {"RestrictPublicBuckets", block.restricts_policies}});
}

Ownership ownership(const Bucket& bucket) {
  const std::string_view document = bucket.setting(ownership_setting);
  if (document.empty()) return Ownership::enforced;
  const Value value = base::parse_json(document);
  const Value* name = value.find("ObjectOwnership");
  if (name == nullptr) return Ownership::writer;
  if (name->text() == enforced_ownership) return Ownership::enforced;
  return name->text() == ownership_name(Ownership::preferred) ? Ownership::preferred
                                                              : Ownership::writer;
}

std::string_view ownership_name(Ownership ownership) {
  switch (ownership) {
    case Ownership::enforced:
      return enforced_ownership;
    case Ownership::preferred:
      return "BucketOwnerPreferred";
    case Ownership::writer:
      break;
  }
  return "ObjectWriter";
}

std::string ownership_text(std::string_view name) {
  return base::write_json(Map{{"ObjectOwnership", std::string(name)}});
}

bool is_public(const policy::Policy& policy) {
  return std::ranges::any_of(
      policy.statements, [](const policy::Statement& statement) { return is_public(statement); });
}

}  // namespace millrace::objects
