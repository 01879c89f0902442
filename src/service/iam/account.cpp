// What an account has of each kind, beside its quotas.
#include "identity/limits.hpp"
#include "service/iam/service.hpp"

#include <algorithm>

namespace millrace::service::iam {
namespace {

using aws::Map;
using aws::Value;

std::int64_t number(std::size_t count) { return static_cast<std::int64_t>(count); }

void add_quotas(Map& summary) {
  constexpr std::pair<const char*, std::size_t> quotas[] = {
      {"AccessKeysPerUserQuota", identity::keys_per_user},
      {"AssumeRolePolicySizeQuota", identity::trust_policy_size},
      {"AttachedPoliciesPerGroupQuota", identity::attachments_per_entity},
      {"AttachedPoliciesPerRoleQuota", identity::attachments_per_entity},
      {"AttachedPoliciesPerUserQuota", identity::attachments_per_entity},
      {"GlobalEndpointTokenVersion", 1},
      {"GroupPolicySizeQuota", identity::group_inline_size},
      {"GroupsPerUserQuota", identity::groups_per_user},
      {"GroupsQuota", identity::groups_per_account},
      {"InstanceProfilesQuota", identity::instance_profiles_per_account},
      {"PoliciesQuota", identity::policies_per_account},
      {"PolicySizeQuota", identity::managed_policy_size},
      {"PolicyVersionsInUseQuota", identity::policy_versions_per_account},
      {"RolePolicySizeQuota", identity::role_inline_size},
      {"RolesQuota", identity::roles_per_account},
      {"ServerCertificatesQuota", identity::server_certificates_per_account},
      {"SigningCertificatesPerUserQuota", identity::signing_certificates_per_user},
      {"UserPolicySizeQuota", identity::user_inline_size},
      {"UsersQuota", identity::users_per_account},
      {"VersionsPerPolicyQuota", identity::versions_per_policy}};
  for (const auto& [name, quota] : quotas) summary.set(name, number(quota));
}

// A policy of AWS counts with the version in force once it is used.
void add_counts(const identity::Contents& contents, Map& summary) {
  std::size_t versions = contents.aws_policies_in_use();
  for (const auto& [name, policy] : contents.all<identity::ManagedPolicy>())
    versions += policy->versions.size();
  const std::pair<const char*, std::size_t> counts[] = {
      {"Groups", contents.all<identity::Group>().size()},
      {"InstanceProfiles", contents.all<identity::InstanceProfile>().size()},
      {"Policies", contents.all<identity::ManagedPolicy>().size()},
      {"PolicyVersionsInUse", versions},
      {"Roles", contents.all<identity::Role>().size()},
      {"Users", contents.all<identity::User>().size()}};
  for (const auto& [name, count] : counts) summary.set(name, number(count));
}

// Nobody signs in with a password or has a certificate to sign with; a root has no MFA device.
void add_absent(Map& summary) {
  for (const char* name :
       {"AccountMFAEnabled", "AccountPasswordPresent", "AccountSigningCertificatesPresent"}) {
    summary.set(name, std::int64_t{0});
  }
}

void add_federation(identity::Directory& directory, const std::string& account, Map& summary) {
  const auto devices = directory.mfa_devices.list(account);
  const auto in_use = std::count_if(devices.begin(), devices.end(),
                                    [](const auto& device) { return device.owner.has_value(); });
  const std::size_t providers =
      directory.oidc_providers.list(account).size() + directory.saml_providers.list(account).size();
  summary.set("MFADevices", number(devices.size()));
  summary.set("MFADevicesInUse", std::int64_t{in_use});
  summary.set("Providers", number(providers));
  summary.set("ServerCertificates", number(directory.server_certificates.list(account).size()));
}

Value get_summary(Service& service, const aws::Call& call, const aws::Nothing&) {
  Map summary;
  add_quotas(summary);
  add_absent(summary);
  add_federation(service.directory, call.account, summary);
  service.directory.roster.look(
      call.account, [&](const identity::Contents& contents) { add_counts(contents, summary); });
  const bool has_root_key = !service.directory.keys.list(call.account, "").empty();
  summary.set("AccountAccessKeysPresent", std::int64_t{has_root_key ? 1 : 0});
  return Map{{"SummaryMap", std::move(summary)}};
}

constexpr aws::Operation table[] = {
    operation<aws::read_nothing, get_summary>("GetAccountSummary"),
};

}  // namespace

const std::span<const aws::Operation> account_operations = table;

}  // namespace millrace::service::iam
