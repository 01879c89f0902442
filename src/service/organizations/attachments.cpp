// Which policies are attached to what.
#include "organizations/control_policies.hpp"
#include "service/organizations/answers.hpp"
#include "service/organizations/service.hpp"

#include <algorithm>

namespace millrace::service::organizations {
namespace {

using aws::Map;
using aws::Value;
using aws::View;

struct Attachment {
  std::string policy;
  std::string target;
};

Attachment read_attachment(const View& in) {
  return {.policy = in.take("PolicyId").text(), .target = in.take("TargetId").text()};
}

std::string management_for(const Asker& asker, const Attachment& ask) {
  return asker
      .require({asker.policy_arn(ask.policy), asker.arns().target(ask.target)},
               asker.policy_conditions(ask.policy))
      .management;
}

Value attach(Service& service, const aws::Call& call, const Attachment& ask) {
  const Asker asker(service, call);
  service.organizations.change(management_for(asker, ask), [&](engine::Organization& changed) {
    engine::attach_policy(changed, ask.policy, ask.target, call.now);
  });
  return Map{};
}

Value detach(Service& service, const aws::Call& call, const Attachment& ask) {
  const Asker asker(service, call);
  service.organizations.change(management_for(asker, ask), [&](engine::Organization& changed) {
    engine::detach_policy(changed, ask.policy, ask.target, call.now);
  });
  return Map{};
}

// --- ListPoliciesForTarget

struct OfTarget {
  std::string target;
  std::string filter;
  Paging paging;
};

OfTarget read_of_target(const View& in) {
  return {.target = in.take("TargetId").text(),
          .filter = in.take("Filter").text(),
          .paging = read_paging(in)};
}

Value policies_of(Service& service, const aws::Call& call, const OfTarget& ask) {
  const Asker asker(service, call);
  const engine::Organization& organization =
      asker.require({asker.arns().target(ask.target)}, type_condition(ask.filter));
  engine::check_target(organization, ask.target, call.now);
  const auto type = policy_type(ask.filter);
  Items items;
  for (const std::string& id : *engine::find_attached(organization, ask.target)) {
    const engine::ControlPolicy& policy = engine::policy_of(organization, id);
    if (policy.type == type) items.emplace_back(id, policy_summary(organization, policy));
  }
  return page(std::move(items), ask.paging, "Policies", call.operation + ask.filter + ask.target);
}

// --- ListTargetsForPolicy

struct OfPolicy {
  std::string policy;
  Paging paging;
};

OfPolicy read_of_policy(const View& in) {
  return {.policy = in.take("PolicyId").text(), .paging = read_paging(in)};
}

Map target_answer(const engine::Organization& organization, const std::string& id,
                  const std::string& name, std::string_view type) {
  return Map{{"TargetId", id},
             {"Arn", engine::Arns(organization).target(id)},
             {"Name", name},
             {"Type", type}};
}

Value targets_of(Service& service, const aws::Call& call, const OfPolicy& ask) {
  const Asker asker(service, call);
  const engine::Organization& organization =
      asker.require({asker.policy_arn(ask.policy)}, asker.policy_conditions(ask.policy));
  (void)engine::policy_of(organization, ask.policy);
  const auto holds = [&](const std::vector<std::string>& attached) {
    return std::find(attached.begin(), attached.end(), ask.policy) != attached.end();
  };
  Items items;
  for (const auto& [id, unit] : organization.units) {
    const std::string_view type = unit.parent.empty() ? "ROOT" : "ORGANIZATIONAL_UNIT";
    if (holds(unit.attached))
      items.emplace_back(id, target_answer(organization, id, unit.name, type));
  }
  for (const auto& [account, member] : organization.members) {
    if (holds(member.attached) && !engine::is_gone(member, call.now))
      items.emplace_back(account, target_answer(organization, account, member.name, "ACCOUNT"));
  }
  return page(std::move(items), ask.paging, "Targets", call.operation + ask.policy);
}

constexpr aws::Operation table[] = {
    operation<read_attachment, attach>("AttachPolicy"),
    operation<read_attachment, detach>("DetachPolicy"),
    operation<read_of_target, policies_of>("ListPoliciesForTarget"),
    operation<read_of_policy, targets_of>("ListTargetsForPolicy"),
};

}  // namespace

const std::span<const aws::Operation> attachment_operations = table;

}  // namespace millrace::service::organizations
