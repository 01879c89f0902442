#include "organizations/ceilings.hpp"

#include "organizations/arns.hpp"

namespace millrace::organizations {
namespace {

using Levels = std::vector<std::vector<policy::NamedPolicy>>;

std::vector<policy::NamedPolicy> level_of(const Organization& organization,
                                          const std::vector<std::string>& attached,
                                          PolicyType type) {
  std::vector<policy::NamedPolicy> level;
  for (const std::string& id : attached) {
    const ControlPolicy& policy = organization.policies.find(id)->second;
    if (policy.type != type) continue;
    level.push_back({.name = policy.name,
                     .policy = policy.parsed,
                     .arn = Arns(organization).policy(policy.id, policy.type)});
  }
  return level;
}

Levels levels_of(const Organization& organization, const Member& member, PolicyType type) {
  Levels levels;
  if (!organization.enabled.contains(type)) return levels;
  for (const std::string& id : path_to(organization, member.account))
    levels.push_back(level_of(organization, organization.units.find(id)->second.attached, type));
  levels.push_back(level_of(organization, member.attached, type));
  return levels;
}

// A level that allows nothing.
void shut(policy::Ceiling& ceiling) { ceiling.service_controls.emplace_back(); }

}  // namespace

std::shared_ptr<const policy::Ceiling> ceiling_of(const Organization& organization,
                                                  std::string_view account) {
  const Member& member = organization.members.find(account)->second;
  policy::Ceiling ceiling{.organization_id = organization.id,
                          .path = path_to(organization, account),
                          .is_management = member.account == organization.management};
  ceiling.path.insert(ceiling.path.begin(), organization.id);
  if (ceiling.is_management) return std::make_shared<const policy::Ceiling>(std::move(ceiling));
  ceiling.service_controls = levels_of(organization, member, PolicyType::service_control);
  ceiling.resource_controls = levels_of(organization, member, PolicyType::resource_control);
  if (member.closed) shut(ceiling);
  return std::make_shared<const policy::Ceiling>(std::move(ceiling));
}

std::shared_ptr<const policy::Ceiling> closed_ceiling() {
  policy::Ceiling ceiling;
  shut(ceiling);
  return std::make_shared<const policy::Ceiling>(std::move(ceiling));
}

}  // namespace millrace::organizations
