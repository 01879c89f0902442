// Roles that belong to a service of AWS: which there are, and that nobody else changes them.
#pragma once

#include "identity/entities.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::identity {

struct ServiceLinkedRole {
  std::string service;  // "autoscaling.amazonaws.com"
  std::string role;
  std::string policy;  // ARN of AWS's policy for it
  bool takes_suffix = false;
};

// Those of services that users of the services here meet.
[[nodiscard]] std::optional<ServiceLinkedRole> find_service_linked_role(std::string_view service);

// The role to be created; its suffix, if any, is part of its name.
[[nodiscard]] Role service_linked_role(const ServiceLinkedRole& kind, const std::string& account,
                                       const std::optional<std::string>& suffix,
                                       const std::optional<std::string>& description);

void check_modifiable(const Role& role);  // throws Unmodifiable

}  // namespace millrace::identity
