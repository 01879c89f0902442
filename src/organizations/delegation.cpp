#include "organizations/delegation.hpp"

#include "base/arn.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "organizations/members.hpp"
#include "organizations/refused.hpp"

#include <algorithm>
#include <span>

namespace millrace::organizations {
namespace {

using base::List;
using base::Map;
using base::Value;

constexpr std::size_t resource_policy_id_length = 8;

constexpr std::string_view of_every_member[] = {
    "organizations:CreateOrganization", "organizations:DescribeEffectivePolicy",
    "organizations:DescribeHandshake",  "organizations:DescribeOrganization",
    "organizations:LeaveOrganization",  "organizations:ListHandshakesForAccount",
};

constexpr std::string_view of_delegates[] = {
    "organizations:DescribeAccount",
    "organizations:DescribeCreateAccountStatus",
    "organizations:DescribeOrganizationalUnit",
    "organizations:DescribePolicy",
    "organizations:DescribeResourcePolicy",
    "organizations:ListAWSServiceAccessForOrganization",
    "organizations:ListAccounts",
    "organizations:ListAccountsForParent",
    "organizations:ListChildren",
    "organizations:ListCreateAccountStatus",
    "organizations:ListDelegatedAdministrators",
    "organizations:ListDelegatedServicesForAccount",
    "organizations:ListHandshakesForOrganization",
    "organizations:ListOrganizationalUnitsForParent",
    "organizations:ListParents",
    "organizations:ListPolicies",
    "organizations:ListPoliciesForTarget",
    "organizations:ListRoots",
    "organizations:ListTagsForResource",
    "organizations:ListTargetsForPolicy",
};

// What a resource policy may give beside these.
constexpr std::string_view of_resource_policies[] = {
    "organizations:AttachPolicy",
    "organizations:CreatePolicy",
    "organizations:DeletePolicy",
    "organizations:DescribeEffectivePolicy",
    "organizations:DescribeHandshake",
    "organizations:DescribeOrganization",
    "organizations:DetachPolicy",
    "organizations:DisablePolicyType",
    "organizations:EnablePolicyType",
    "organizations:ListAccountsWithInvalidEffectivePolicy",
    "organizations:ListEffectivePolicyValidationErrors",
    "organizations:ListHandshakesForAccount",
    "organizations:TagResource",
    "organizations:UntagResource",
    "organizations:UpdatePolicy",
};

constexpr std::string_view of_recipients[] = {
    "organizations:AcceptHandshake",
    "organizations:DeclineHandshake",
    "organizations:DescribeHandshake",
};

[[noreturn]] void invalid(const std::string& words, const std::string& reason) {
  throw Refused(Why::invalid_input, words, reason);
}

Value allowing(std::string_view account, std::span<const std::string_view> actions) {
  List names;
  for (const std::string_view action : actions) names.emplace_back(action);
  return Map{{"Effect", "Allow"},
             {"Principal", Map{{"AWS", base::arn("iam", "", account, "root")}}},
             {"Action", std::move(names)},
             {"Resource", "*"}};
}

policy::Policy policy_of(List statements) {
  const Map document{{"Version", "2012-10-17"}, {"Statement", std::move(statements)}};
  return policy::parse_policy(base::write_json(document), policy::PolicyKind::resource);
}

std::vector<Value> as_list(const Value& value) {
  return value.is_list() ? value.list() : std::vector<Value>{value};
}

bool is_among(std::span<const std::string_view> actions, std::string_view action) {
  return std::any_of(actions.begin(), actions.end(), [action](std::string_view one) {
    return base::equal_ignoring_case(one, action);
  });
}

// Wildcards may stand for operations that read.
bool may_be_delegated(std::string_view action) {
  if (action.find_first_of("*?") != std::string_view::npos)
    return action.starts_with("organizations:List") || action.starts_with("organizations:Describe");
  return is_among(of_delegates, action) || is_among(of_resource_policies, action);
}

void check_actions(const Value& statement) {
  const Value* actions = statement.find("Action");
  const auto all = actions != nullptr ? as_list(*actions) : std::vector<Value>{Value("NotAction")};
  for (const Value& action : all) {
    if (action.is_text() && may_be_delegated(action.text())) continue;
    invalid("You specified an action that is not supported in a resource policy.",
            "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY");
  }
}

}  // namespace

void trust_service(Organization& organization, const std::string& principal, base::Timestamp now) {
  check_service_principal(principal);
  if (organization.features != FeatureSet::all)
    throw Refused(Why::constraint,
                  "You attempted to perform an operation that requires the organization to be "
                  "configured to support all features.",
                  "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE");
  organization.trusted_services.try_emplace(principal, now);
}

void distrust_service(Organization& organization, const std::string& principal) {
  check_service_principal(principal);
  organization.trusted_services.erase(principal);
}

void register_delegate(Organization& organization, std::string_view account,
                       const std::string& principal, base::Timestamp now) {
  if (account == organization.management)
    throw Refused(Why::constraint,
                  "You cannot register master account/yourself as delegated administrator for your "
                  "organization.",
                  "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR");
  const Member& member = member_of(organization, account, now);
  check_service_principal(principal);
  if (member.closed)
    throw Refused(Why::constraint,
                  "You cannot register a suspended account as a delegated administrator.",
                  "CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR");
  if (member.delegations.contains(principal))
    throw Refused(
        Why::account_already_registered,
        "The provided account is already a delegated administrator for your organization.");
  if (!organization.trusted_services.contains(principal))
    throw Refused(Why::constraint,
                  "You attempted to register a delegated administrator before you enabled service "
                  "access. Call the EnableAWSServiceAccess API first.",
                  "SERVICE_ACCESS_NOT_ENABLED");
  organization.members.find(account)->second.delegations[principal] = now;
}

void deregister_delegate(Organization& organization, std::string_view account,
                         const std::string& principal, base::Timestamp now) {
  if (account == organization.management)
    throw Refused(Why::constraint,
                  "You cannot register master account/yourself as delegated administrator for your "
                  "organization.",
                  "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR");
  (void)member_of(organization, account, now);
  check_service_principal(principal);
  if (organization.members.find(account)->second.delegations.erase(principal) == 0)
    throw Refused(
        Why::account_not_registered,
        "The provided account is not a registered delegated administrator for your organization.");
}

std::shared_ptr<const policy::Policy> parse_resource_policy(const std::string& content) {
  try {
    auto parsed = std::make_shared<const policy::Policy>(
        policy::parse_policy(content, policy::PolicyKind::resource));
    const Value document = base::parse_json(content);
    for (const Value& statement : as_list(*document.find("Statement"))) check_actions(statement);
    return parsed;
  } catch (const policy::MalformedPolicy&) {
    invalid("The provided resource policy is not valid.", "INVALID_RESOURCE_POLICY_JSON");
  }
}

const ResourcePolicy& put_resource_policy(Organization& organization, const std::string& content,
                                          const store::Tags& tags, base::Random& random) {
  auto parsed = parse_resource_policy(content);
  if (!organization.resource_policy) {
    organization.resource_policy =
        ResourcePolicy{.id = make_id(random, "rp-", resource_policy_id_length)};
    organization.tags_at_birth[organization.resource_policy->id] = tags;
  }
  organization.resource_policy->content = content;
  organization.resource_policy->parsed = std::move(parsed);
  return *organization.resource_policy;
}

void no_resource_policy() {
  throw Refused(Why::resource_policy_not_found,
                "We can't find a resource policy request with the parameter that you specified.");
}

void erase_resource_policy(Organization& organization) {
  if (!organization.resource_policy) no_resource_policy();
  organization.resource_policy.reset();
}

std::shared_ptr<const policy::Policy> policy_for_member(const Organization& organization,
                                                        std::string_view account) {
  List statements{allowing(account, of_every_member)};
  const auto member = organization.members.find(account);
  if (member != organization.members.end() && !member->second.delegations.empty())
    statements.push_back(allowing(account, of_delegates));
  policy::Policy policy = policy_of(std::move(statements));
  if (organization.resource_policy) {
    const auto& more = organization.resource_policy->parsed->statements;
    policy.statements.insert(policy.statements.end(), more.begin(), more.end());
    policy::index_statements(policy);
  }
  return std::make_shared<const policy::Policy>(std::move(policy));
}

bool is_of_every_member(std::string_view action) {
  return is_among(of_every_member, action) || is_among(of_recipients, action);
}

std::shared_ptr<const policy::Policy> policy_for_recipient(std::string_view account) {
  return std::make_shared<const policy::Policy>(policy_of({allowing(account, of_recipients)}));
}

}  // namespace millrace::organizations
