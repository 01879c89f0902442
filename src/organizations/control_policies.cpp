#include "organizations/control_policies.hpp"

#include "organizations/limits.hpp"
#include "organizations/management_policies.hpp"
#include "organizations/refused.hpp"

#include <algorithm>

namespace millrace::organizations {
namespace {

constexpr std::size_t policy_id_length = 8;

void check_all_features(const Organization& organization) {
  if (organization.features == FeatureSet::all) return;
  throw Refused(Why::policy_type_not_available,
                "You can't use the specified policy type with the feature set currently enabled "
                "for this organization.");
}

void check_name_is_free(const Organization& organization, const std::string& name, PolicyType type,
                        std::string_view own_id) {
  const auto is_taken = [&](const auto& entry) {
    const ControlPolicy& policy = entry.second;
    return policy.type == type && policy.name == name && policy.id != own_id;
  };
  if (std::any_of(organization.policies.begin(), organization.policies.end(), is_taken))
    throw Refused(Why::duplicate_policy, "A policy with the same name already exists.");
}

std::size_t longest_of(PolicyType type) {
  switch (type) {
    case PolicyType::service_control:
      return longest_service_control;
    case PolicyType::resource_control:
      return longest_resource_control;
    case PolicyType::aiservices_opt_out:
      return longest_opt_out;
    case PolicyType::tag:
      return longest_tag_policy;
  }
  return 0;
}

std::size_t most_attached_of(PolicyType type) {
  switch (type) {
    case PolicyType::service_control:
      return max_service_controls_attached;
    case PolicyType::resource_control:
      return max_resource_controls_attached;
    case PolicyType::aiservices_opt_out:
      return max_opt_outs_attached;
    case PolicyType::tag:
      return max_tag_policies_attached;
  }
  return 0;
}

void check_size(const std::string& content, PolicyType type) {
  const std::size_t most = longest_of(type);
  const auto is_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  const auto size = std::count_if(content.begin(), content.end(), is_character);
  if (static_cast<std::size_t>(size) > most)
    throw Refused(Why::constraint, "You have exceeded the maximum policy size.",
                  "POLICY_CONTENT_LIMIT_EXCEEDED");
}

// Null for a management policy, which decides nothing.
std::shared_ptr<const policy::Policy> put_content(const std::string& content, PolicyType type) {
  check_size(content, type);
  if (!is_management(type)) return put_control(content, type);
  check_management(content, type);
  return nullptr;
}

void check_count(const Organization& organization, PolicyType type) {
  const auto count = std::count_if(
      organization.policies.begin(), organization.policies.end(), [type](const auto& entry) {
        return entry.second.type == type && !entry.second.is_aws_managed;
      });
  if (static_cast<std::size_t>(count) < max_policies_of_a_type) return;
  throw Refused(Why::constraint, "You have exceeded the number of policies for this organization.",
                "POLICY_NUMBER_LIMIT_EXCEEDED");
}

void check_is_own(const ControlPolicy& policy) {
  if (!policy.is_aws_managed) return;
  throw Refused(Why::invalid_input,
                "You specified a policy that is managed by AWS and can't be modified.",
                "IMMUTABLE_POLICY");
}

std::string free_id(const Organization& organization, base::Random& random) {
  std::string id;
  do {
    id = make_id(random, "p-", policy_id_length);
  } while (organization.policies.contains(id));
  return id;
}

bool is_attached(const Organization& organization, std::string_view id) {
  const auto holds = [id](const auto& entry) {
    const auto& attached = entry.second.attached;
    return std::find(attached.begin(), attached.end(), id) != attached.end();
  };
  return std::any_of(organization.units.begin(), organization.units.end(), holds) ||
         std::any_of(organization.members.begin(), organization.members.end(), holds);
}

std::size_t count_of(const Organization& organization, const std::vector<std::string>& attached,
                     PolicyType type) {
  const auto is_of_type = [&](const std::string& id) {
    return policy_of(organization, id).type == type;
  };
  return static_cast<std::size_t>(std::count_if(attached.begin(), attached.end(), is_of_type));
}

void check_root(const Organization& organization, std::string_view root) {
  if (root != organization.root)
    throw Refused(Why::root_not_found, "You specified a root that doesn't exist.");
}

}  // namespace

const ControlPolicy& policy_of(const Organization& organization, std::string_view id) {
  const auto found = organization.policies.find(id);
  if (found == organization.policies.end())
    throw Refused(Why::policy_not_found, "You specified a policy that doesn't exist.");
  return found->second;
}

void check_target(const Organization& organization, std::string_view id, base::Timestamp now) {
  if (organization.units.contains(id) || find_member(organization, id, now) != nullptr) return;
  throw Refused(Why::target_not_found, "You specified a target that doesn't exist.");
}

const ControlPolicy& create_policy(Organization& organization, const NewPolicy& asked,
                                   base::Random& random) {
  check_all_features(organization);
  auto parsed = put_content(asked.content, asked.type);
  check_name_is_free(organization, asked.name, asked.type, "");
  check_count(organization, asked.type);
  const std::string id = free_id(organization, random);
  organization.tags_at_birth[id] = asked.tags;
  return organization.policies[id] = ControlPolicy{.id = id,
                                                   .type = asked.type,
                                                   .name = asked.name,
                                                   .description = asked.description,
                                                   .content = asked.content,
                                                   .parsed = std::move(parsed)};
}

const ControlPolicy& update_policy(Organization& organization, std::string_view id,
                                   const PolicyChange& change) {
  const ControlPolicy& old = policy_of(organization, id);
  check_is_own(old);
  ControlPolicy changed = old;
  if (change.name) {
    check_name_is_free(organization, *change.name, old.type, id);
    changed.name = *change.name;
  }
  if (change.description) changed.description = *change.description;
  if (change.content) {
    changed.parsed = put_content(*change.content, old.type);
    changed.content = *change.content;
  }
  return organization.policies.find(id)->second = std::move(changed);
}

void erase_policy(Organization& organization, std::string_view id) {
  check_is_own(policy_of(organization, id));
  if (is_attached(organization, id))
    throw Refused(Why::policy_in_use,
                  "The policy is attached to one or more entities. You must detach it from all "
                  "roots, OUs, and accounts before performing this operation.");
  organization.policies.erase(organization.policies.find(id));
}

void attach_policy(Organization& organization, std::string_view id, std::string_view target,
                   base::Timestamp now) {
  const ControlPolicy& policy = policy_of(organization, id);
  check_target(organization, target, now);
  if (!organization.enabled.contains(policy.type))
    throw Refused(Why::policy_type_not_enabled,
                  "This operation can be performed only for enabled policy types.");
  std::vector<std::string>& attached = *find_attached(organization, target);
  if (std::find(attached.begin(), attached.end(), id) != attached.end())
    throw Refused(Why::duplicate_policy_attachment,
                  "The selected policy is already attached to the specified target.");
  if (count_of(organization, attached, policy.type) >= most_attached_of(policy.type))
    throw Refused(Why::constraint,
                  "You have attached the maximum number of policies to the specified target.",
                  "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED");
  attached.emplace_back(id);
}

void detach_policy(Organization& organization, std::string_view id, std::string_view target,
                   base::Timestamp now) {
  const ControlPolicy& policy = policy_of(organization, id);
  check_target(organization, target, now);
  if (id == full_resource_access)
    throw Refused(Why::invalid_input, "You can't detach this AWS Managed Policy.",
                  "NON_DETACHABLE_POLICY");
  std::vector<std::string>& attached = *find_attached(organization, target);
  const auto found = std::find(attached.begin(), attached.end(), id);
  if (found == attached.end())
    throw Refused(Why::policy_not_attached,
                  "The policy isn't attached to the specified target in the specified root.");
  if (policy.type == PolicyType::service_control &&
      count_of(organization, attached, policy.type) == 1)
    throw Refused(Why::constraint,
                  "You cannot remove the last policy attached to the specified target. You must "
                  "have at least one attached at all times.",
                  "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED");
  attached.erase(found);
}

void enable_type(Organization& organization, std::string_view root, PolicyType type) {
  check_root(organization, root);
  check_all_features(organization);
  if (!organization.enabled.insert(type).second)
    throw Refused(Why::policy_type_already_enabled,
                  "The specified policy type is already enabled.");
  const std::string id(default_policy(type));
  if (id.empty()) return;
  for (auto& [unit_id, unit] : organization.units) unit.attached.push_back(id);
  for (auto& [account, member] : organization.members) member.attached.push_back(id);
}

void disable_type(Organization& organization, std::string_view root, PolicyType type) {
  check_root(organization, root);
  if (organization.enabled.erase(type) == 0)
    throw Refused(Why::policy_type_not_enabled,
                  "This operation can be performed only for enabled policy types.");
  const auto is_of_type = [&](const std::string& id) {
    return policy_of(organization, id).type == type;
  };
  for (auto& [unit_id, unit] : organization.units) std::erase_if(unit.attached, is_of_type);
  for (auto& [account, member] : organization.members) std::erase_if(member.attached, is_of_type);
}

}  // namespace millrace::organizations
