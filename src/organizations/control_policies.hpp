// AWS's rules for service and resource control policies: what they may say, how many there are, and
// what they are attached to. All throw Refused.
#pragma once

#include "organizations/organization.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace::organizations {

struct NewPolicy {
  PolicyType type = PolicyType::service_control;
  std::string name;
  std::string description;
  std::string content;
  store::Tags tags;
};
const ControlPolicy& create_policy(Organization& organization, const NewPolicy& asked,
                                   base::Random& random);

struct PolicyChange {
  std::optional<std::string> name;
  std::optional<std::string> description;
  std::optional<std::string> content;
};
const ControlPolicy& update_policy(Organization& organization, std::string_view id,
                                   const PolicyChange& change);
void erase_policy(Organization& organization, std::string_view id);

void attach_policy(Organization& organization, std::string_view id, std::string_view target,
                   base::Timestamp now);
void detach_policy(Organization& organization, std::string_view id, std::string_view target,
                   base::Timestamp now);

// In the root: with the type's default policy on everything, or with none of the type anywhere.
void enable_type(Organization& organization, std::string_view root, PolicyType type);
void disable_type(Organization& organization, std::string_view root, PolicyType type);

[[nodiscard]] const ControlPolicy& policy_of(const Organization& organization, std::string_view id);
// Throws target_not_found.
void check_target(const Organization& organization, std::string_view id, base::Timestamp now);

// The document as it decides; throws Refused and policy::UnsupportedPolicy. Of one that is put is
// asked more than of one that is kept already.
[[nodiscard]] std::shared_ptr<const policy::Policy> parse_control(const std::string& content,
                                                                  PolicyType type);
[[nodiscard]] std::shared_ptr<const policy::Policy> put_control(const std::string& content,
                                                                PolicyType type);

}  // namespace millrace::organizations
