// Roles and their trust policies.
#include "base/arn.hpp"
#include "identity/principal_binding.hpp"
#include "identity/service_linked_roles.hpp"
#include "policy/rules.hpp"
#include "service/iam/answers.hpp"
#include "service/iam/entity_pages.hpp"
#include "service/iam/last_used.hpp"
#include "service/iam/service.hpp"

namespace millrace::service::iam {
namespace {

using aws::Map;
using aws::Value;
using aws::View;
using identity::Role;

// A trust policy, whose principals must be there where their account is.
identity::PolicyText trust_policy(Service& service, const std::string& account,
                                  const std::string& document) {
  (void)identity::put_text(document, policy::PolicyKind::trust);
  identity::check_trust_size(document);
  return identity::policy_text(identity::bind_principals(service.directory, account, document),
                               policy::PolicyKind::trust);
}

// --- CreateRole

struct CreateRole {
  std::string name;
  std::string path;
  std::string trust;
  std::optional<std::string> description;
  std::int64_t max_session_s = 3600;
  std::optional<std::string> boundary;
  store::Tags tags;
};

CreateRole read_create_role(const View& in) {
  return {.name = in.take("RoleName").text(),
          .path = in.take("Path").text_or("/"),
          .trust = in.take("AssumeRolePolicyDocument").text(),
          .description = in.take("Description").optional_text(),
          .max_session_s = in.take("MaxSessionDuration").integer_or(3600),
          .boundary = in.take("PermissionsBoundary").optional_text(),
          .tags = read_tags(in, TagNames::in_any_case)};
}

// No control policy of an organisation binds such a role: it is a service's to make.
void check_path(const std::string& path) {
  if (!path.starts_with("/aws-service-role/")) return;
  throw aws::Error("InvalidInput",
                   "Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles",
                   400);
}

Value create_role(Service& service, const aws::Call& call, const CreateRole& ask) {
  const std::string arn = base::arn("iam", "", call.account, "role" + ask.path + ask.name);
  policy::Conditions further = tag_conditions(ask.tags);
  if (ask.boundary) further["iam:PermissionsBoundary"] = {*ask.boundary};
  call.require("iam:CreateRole", arn, further);
  check_path(ask.path);
  if (!ask.tags.empty()) call.require("iam:TagRole", arn, further);
  if (ask.boundary) {
    check_policy_arn(*ask.boundary);
    identity::check_boundary(service.directory.roster, call.account, *ask.boundary);
  }
  Role role{.entity =
                identity::Entity{
                    .account = call.account, .name = ask.name, .path = ask.path, .tags = ask.tags},
            .trust = trust_policy(service, call.account, ask.trust),
            .description = ask.description,
            .max_session_s = ask.max_session_s};
  role.grants.boundary = ask.boundary;
  const Role made = service.directory.roster.create(std::move(role));
  return Map{{"Role", role_answer(service.directory, made, Detail::made)}};
}

// --- GetRole, DeleteRole

struct RoleName {
  std::string name;
};

RoleName read_role_name(const View& in) { return {.name = in.take("RoleName").text()}; }

Value get_role(Service& service, const aws::Call& call, const RoleName& ask) {
  require_on_role(service, call, ask.name);
  const auto role = service.directory.roster.get<Role>(call.account, ask.name);
  Map answer = role_answer(service.directory, *role, Detail::whole);
  add_last_used(service, *role, answer);
  return Map{{"Role", std::move(answer)}};
}

Value delete_role(Service& service, const aws::Call& call, const RoleName& ask) {
  require_on_role(service, call, ask.name);
  service.directory.roster.erase<Role>(call.account, ask.name);
  return Map{};
}

// --- ListRoles

Value list_roles(Service& service, const aws::Call& call, const ListEntities& ask) {
  return entity_page<Role>(service, call, ask.paging, ask.path_prefix, "Roles",
                           [&service](const Role& role) {
                             return role_answer(service.directory, role, Detail::listed);
                           });
}

// --- UpdateRole, UpdateRoleDescription, UpdateAssumeRolePolicy

struct UpdateRole {
  std::string name;
  std::optional<std::string> description;
  std::optional<std::int64_t> max_session_s;
};

UpdateRole read_update_role(const View& in) {
  return {.name = in.take("RoleName").text(),
          .description = in.take("Description").optional_text(),
          .max_session_s = in.take("MaxSessionDuration").optional_integer()};
}

Value update_role(Service& service, const aws::Call& call, const UpdateRole& ask) {
  require_on_role(service, call, ask.name);
  service.directory.roster.change<Role>(call.account, ask.name, [&ask](Role& role) {
    // Of a service's own role only the description is its account's to write.
    if (ask.max_session_s) identity::check_modifiable(role);
    if (ask.description) role.description = ask.description;
    if (ask.max_session_s) role.max_session_s = *ask.max_session_s;
  });
  return Map{};
}

UpdateRole read_update_description(const View& in) {
  return {.name = in.take("RoleName").text(),
          .description = in.take("Description").optional_text()};
}

Value update_description(Service& service, const aws::Call& call, const UpdateRole& ask) {
  update_role(service, call, ask);
  const Role role = service.directory.roster.role(call.account, ask.name);
  Map answer = role_answer(service.directory, role, Detail::made);
  answer.set_if("Description", role.description);
  return Map{{"Role", std::move(answer)}};
}

struct UpdateTrust {
  std::string name;
  std::string document;
};

UpdateTrust read_update_trust(const View& in) {
  return {.name = in.take("RoleName").text(), .document = in.take("PolicyDocument").text()};
}

Value update_trust(Service& service, const aws::Call& call, const UpdateTrust& ask) {
  const identity::HolderName who{
      .holder = identity::Holder::role, .account = call.account, .name = ask.name};
  require_on_role(service, call, ask.name, boundary_condition(service, who));
  (void)service.directory.roster.role(call.account, ask.name);
  const identity::PolicyText text = trust_policy(service, call.account, ask.document);
  service.directory.roster.change<Role>(call.account, ask.name, [&text](Role& role) {
    identity::check_modifiable(role);
    role.trust = text;
  });
  return Map{};
}

constexpr aws::Operation table[] = {
    operation<read_create_role, create_role>("CreateRole", {.access = asked_in_act}),
    operation<read_role_name, delete_role>("DeleteRole", {.access = asked_in_act}),
    operation<read_role_name, get_role>("GetRole", {.access = asked_in_act}),
    operation<read_list_entities, list_roles>("ListRoles", {.access = on_all<Role>}),
    operation<read_update_trust, update_trust>("UpdateAssumeRolePolicy", {.access = asked_in_act}),
    operation<read_update_role, update_role>("UpdateRole", {.access = asked_in_act}),
    operation<read_update_description, update_description>("UpdateRoleDescription",
                                                           {.access = asked_in_act}),
};

}  // namespace

const std::span<const aws::Operation> role_operations = table;

}  // namespace millrace::service::iam
