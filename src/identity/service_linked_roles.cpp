#include "identity/service_linked_roles.hpp"

#include "base/json.hpp"
#include "identity/data_files.hpp"
#include "identity/errors.hpp"

namespace millrace::identity {

std::optional<ServiceLinkedRole> find_service_linked_role(std::string_view service) {
  const base::Value file = base::parse_json(service_linked_roles_json());
  for (const base::Value& one : file.list()) {
    if (one.find("Service")->text() != service) continue;
    return ServiceLinkedRole{.service = one.find("Service")->text(),
                             .role = one.find("Role")->text(),
                             .policy = one.find("Policy")->text(),
                             .takes_suffix = one.find("TakesSuffix")->flag()};
  }
  return std::nullopt;
}

Role service_linked_role(const ServiceLinkedRole& kind, const std::string& account,
                         const std::optional<std::string>& suffix,
                         const std::optional<std::string>& description) {
  const base::Value trust = base::Map{
      {"Version", "2012-10-17"},
      {"Statement", base::List{base::Map{{"Effect", "Allow"},
                                         {"Principal", base::Map{{"Service", kind.service}}},
                                         {"Action", "sts:AssumeRole"}}}}};
  Role role{.entity = Entity{.account = account,
                             .name = suffix ? kind.role + "_" + *suffix : kind.role,
                             .path = "/aws-service-role/" + kind.service + "/"},
            .grants = {},
            .trust = policy_text(base::write_json(trust), policy::PolicyKind::trust),
            .description = description,
            .linked_service = kind.service};
  role.grants.attached.push_back(kind.policy);
  return role;
}

void check_modifiable(const Role& role) {
  if (!role.linked_service) return;
  throw Unmodifiable("Cannot perform the operation on the protected role '" + role.entity.name +
                     "' - this role is only modifiable by AWS");
}

}  // namespace millrace::identity
