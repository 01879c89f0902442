// IAM: what its operations stand on, how errors become AWS's, and the service's entry for dispatch.
#pragma once

#include "aws/translated.hpp"
#include "identity/directory.hpp"
#include "identity/entity_kind.hpp"
#include "identity/grants.hpp"
#include "store/records.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace millrace::service::iam {

struct Service {
  identity::Directory& directory;
  store::Records& records;  // of what its own operations leave behind: reports, tasks
  base::Clock& clock;
  base::Random& random;
};

[[nodiscard]] aws::ServiceEntry entry(Service& service);

// The ARN of an entity has its path, which only its record knows: these operations ask for access
// in `act`.
[[nodiscard]] std::vector<aws::Need> asked_in_act(const aws::Call& call, const aws::Value& input);

// Access on all entities of a kind: AWS decides about the path that is listed, "user/" for all.
[[nodiscard]] aws::Need need_on_all(const aws::Call& call, const aws::Value& input,
                                    std::string_view arn_type);
template <class T>
[[nodiscard]] std::vector<aws::Need> on_all(const aws::Call& call, const aws::Value& input) {
  return {need_on_all(call, input, identity::kind_of<T>.arn_type)};
}

// Access on the managed policy that the member PolicyArn names.
[[nodiscard]] std::vector<aws::Need> on_policy(const aws::Call& call, const aws::Value& input);

// Throw AccessDenied unless the caller may do the call's own operation on the entity. One that is
// absent has the path "/". T: User, Group, Role, InstanceProfile.
template <class T>
void require_on(Service& service, const aws::Call& call, std::string_view name,
                const policy::Conditions& further = {}) {
  const auto found = service.directory.roster.find<T>(call.account, name);
  identity::Entity absent{.account = call.account, .name = std::string(name)};
  call.require("iam:" + call.operation, found ? found->entity.arn : identity::arn_of<T>(absent),
               further);
}
void require_on_user(Service& service, const aws::Call& call, std::string_view user,
                     const policy::Conditions& further = {});
void require_on_role(Service& service, const aws::Call& call, std::string_view role,
                     const policy::Conditions& further = {});
void require_on(Service& service, const aws::Call& call, const identity::HolderName& who,
                const policy::Conditions& further = {});

// iam:PermissionsBoundary: by which policy the user or role is bounded. Of one that is not there
// nothing is told, so that who may not ask does not learn which names there are.
[[nodiscard]] policy::Conditions boundary_condition(Service& service,
                                                    const identity::HolderName& who);

// The user that is named, else the caller, which then must be one.
[[nodiscard]] std::string user_or_caller(const aws::Call& call,
                                         const std::optional<std::string>& user);

// Throws for what is no policy's ARN: ValidationError for no ARN at all, InvalidInput for
// another's.
void check_policy_arn(const std::string& arn);

// The engine's error in flight as AWS's.
[[noreturn]] void rethrow_translated();

template <auto Read, auto Act>
[[nodiscard]] constexpr aws::Operation operation(std::string_view name,
                                                 aws::OperationOptions options = {}) {
  return aws::translated_operation<Read, Act, &rethrow_translated>(name, options);
}

extern const std::span<const aws::Operation> access_key_operations;
extern const std::span<const aws::Operation> account_operations;
extern const std::span<const aws::Operation> account_alias_operations;
extern const std::span<const aws::Operation> attachment_operations;
extern const std::span<const aws::Operation> authorization_details_operations;
extern const std::span<const aws::Operation> credential_report_operations;
extern const std::span<const aws::Operation> group_operations;
extern const std::span<const aws::Operation> inline_policy_operations;
extern const std::span<const aws::Operation> instance_profile_operations;
extern const std::span<const aws::Operation> login_profile_operations;
extern const std::span<const aws::Operation> managed_policy_operations;
extern const std::span<const aws::Operation> mfa_device_operations;
extern const std::span<const aws::Operation> oidc_provider_operations;
extern const std::span<const aws::Operation> password_policy_operations;
extern const std::span<const aws::Operation> policy_version_operations;
extern const std::span<const aws::Operation> record_tag_operations;
extern const std::span<const aws::Operation> role_operations;
extern const std::span<const aws::Operation> saml_provider_operations;
extern const std::span<const aws::Operation> server_certificate_operations;
extern const std::span<const aws::Operation> service_access_operations;
extern const std::span<const aws::Operation> service_linked_role_operations;
extern const std::span<const aws::Operation> signing_certificate_operations;
extern const std::span<const aws::Operation> simulation_operations;
extern const std::span<const aws::Operation> ssh_public_key_operations;
extern const std::span<const aws::Operation> tag_operations;
extern const std::span<const aws::Operation> user_operations;

}  // namespace millrace::service::iam
