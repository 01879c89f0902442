// Service and resource control policies.
#include "organizations/control_policies.hpp"
#include "service/organizations/answers.hpp"
#include "service/organizations/service.hpp"

namespace millrace::service::organizations {
namespace {

using aws::Map;
using aws::Value;
using aws::View;

// --- CreatePolicy

struct CreatePolicy {
  std::string type;
  engine::NewPolicy policy;
};

CreatePolicy read_create(const View& in) {
  return {.type = in.take("Type").text(),
          .policy = engine::NewPolicy{.name = in.take("Name").text(),
                                      .description = in.take("Description").text(),
                                      .content = in.take("Content").text(),
                                      .tags = read_tags(in)}};
}

Value create(Service& service, const aws::Call& call, const CreatePolicy& ask) {
  const Asker asker(service, call);
  policy::Conditions further = tag_conditions(ask.policy.tags);
  further.merge(type_condition(ask.type));
  asker.require_leave({"*"}, further);
  engine::NewPolicy policy = ask.policy;
  policy.type = built_policy_type(call.operation, ask.type);
  asker.require_tagging(asker.arns().policy("p-*", policy.type), policy.tags);
  const std::string management = asker.organization().management;
  std::string id;
  const auto after = service.organizations.change(management, [&](engine::Organization& changed) {
    id = engine::create_policy(changed, policy, service.random).id;
  });
  return Map{{"Policy", policy_answer(*after, engine::policy_of(*after, id))}};
}

// --- DescribePolicy, DeletePolicy

struct PolicyId {
  std::string id;
};

PolicyId read_id(const View& in) { return {.id = in.take("PolicyId").text()}; }

Value describe(Service& service, const aws::Call& call, const PolicyId& ask) {
  const Asker asker(service, call);
  const engine::Organization& organization =
      asker.require({asker.policy_arn(ask.id)}, asker.policy_conditions(ask.id));
  return Map{{"Policy", policy_answer(organization, engine::policy_of(organization, ask.id))}};
}

Value erase(Service& service, const aws::Call& call, const PolicyId& ask) {
  const Asker asker(service, call);
  const std::string management =
      asker.require({asker.policy_arn(ask.id)}, asker.policy_conditions(ask.id)).management;
  service.organizations.change(
      management, [&](engine::Organization& changed) { engine::erase_policy(changed, ask.id); });
  return Map{};
}

// --- UpdatePolicy

struct UpdatePolicy {
  std::string id;
  engine::PolicyChange change;
};

UpdatePolicy read_update(const View& in) {
  return {.id = in.take("PolicyId").text(),
          .change = engine::PolicyChange{.name = in.take("Name").optional_text(),
                                         .description = in.take("Description").optional_text(),
                                         .content = in.take("Content").optional_text()}};
}

Value update(Service& service, const aws::Call& call, const UpdatePolicy& ask) {
  const Asker asker(service, call);
  const std::string management =
      asker.require({asker.policy_arn(ask.id)}, asker.policy_conditions(ask.id)).management;
  const auto after = service.organizations.change(management, [&](engine::Organization& changed) {
    engine::update_policy(changed, ask.id, ask.change);
  });
  return Map{{"Policy", policy_answer(*after, engine::policy_of(*after, ask.id))}};
}

// --- ListPolicies

struct ListPolicies {
  std::string filter;
  Paging paging;
};

ListPolicies read_list(const View& in) {
  return {.filter = in.take("Filter").text(), .paging = read_paging(in)};
}

// Of a type that is not built there are none.
Value list(Service& service, const aws::Call& call, const ListPolicies& ask) {
  const Asker asker(service, call);
  const engine::Organization& organization = asker.require({"*"}, type_condition(ask.filter));
  const auto type = policy_type(ask.filter);
  Items items;
  for (const auto& [id, policy] : organization.policies) {
    if (policy.type == type) items.emplace_back(id, policy_summary(organization, policy));
  }
  return page(std::move(items), ask.paging, "Policies", call.operation + ask.filter);
}

constexpr aws::Operation table[] = {
    operation<read_create, create>("CreatePolicy"), operation<read_id, erase>("DeletePolicy"),
    operation<read_id, describe>("DescribePolicy"), operation<read_list, list>("ListPolicies"),
    operation<read_update, update>("UpdatePolicy"),
};

}  // namespace

const std::span<const aws::Operation> policy_operations = table;

}  // namespace millrace::service::organizations
