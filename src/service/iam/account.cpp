// What IAM says of the account itself.
#include "identity/limits.hpp"
#include "service/iam/answers.hpp"
#include "service/iam/service.hpp"

namespace millrace::service::iam {
namespace {

using aws::Map;
using aws::Value;
using aws::View;

Paging read_aliases(const View& in) { return read_paging(in); }

// An account gets an alias by CreateAccountAlias only, which is not built: so none has one.
Value list_aliases(Service&, const aws::Call&, const Paging& ask) {
  return page({}, ask, "AccountAliases", "ListAccountAliases");
}

Value get_summary(Service& service, const aws::Call& call, const aws::Nothing&) {
  const identity::Contents contents = service.directory.roster.contents(call.account);
  const auto size = [](std::size_t count) { return static_cast<std::int64_t>(count); };
  return Map{{"SummaryMap",
              Map{{"Users", size(contents.users.size())},
                  {"UsersQuota", size(identity::users_per_account)},
                  {"Roles", size(contents.roles.size())},
                  {"RolesQuota", size(identity::roles_per_account)},
                  {"Policies", size(contents.policies.size())},
                  {"PoliciesQuota", size(identity::policies_per_account)},
                  {"PolicySizeQuota", size(identity::managed_policy_size)},
                  {"UserPolicySizeQuota", size(identity::user_inline_size)},
                  {"RolePolicySizeQuota", size(identity::role_inline_size)},
                  {"AssumeRolePolicySizeQuota", size(identity::trust_policy_size)},
                  {"AccessKeysPerUserQuota", size(identity::keys_per_user)},
                  {"VersionsPerPolicyQuota", size(identity::versions_per_policy)},
                  {"AttachedPoliciesPerUserQuota", size(identity::attachments_per_entity)},
                  {"AttachedPoliciesPerRoleQuota", size(identity::attachments_per_entity)}}}};
}

constexpr aws::Operation table[] = {
    operation<aws::read_nothing, get_summary>("GetAccountSummary"),
    operation<read_aliases, list_aliases>("ListAccountAliases"),
};

}  // namespace

const std::span<const aws::Operation> account_operations = table;

}  // namespace millrace::service::iam
