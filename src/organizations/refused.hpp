// Why a change of an organisation is refused.
#pragma once

#include <stdexcept>
#include <string>

namespace millrace::organizations {

enum class Why {
  account_already_closed,
  account_already_registered,
  account_not_found,
  account_not_registered,
  already_in_organization,
  child_not_found,
  creation_not_found,
  constraint,  // with a reason
  destination_parent_not_found,
  duplicate_account,
  duplicate_handshake,
  duplicate_policy,
  duplicate_policy_attachment,
  duplicate_unit,
  effective_policy_not_found,
  handshake_already_in_state,
  handshake_constraint,  // with a reason
  handshake_not_found,
  invalid_handshake_transition,
  invalid_input,  // with a reason
  malformed_policy,
  management_cannot_leave,
  no_organization,
  organization_not_empty,
  parent_not_found,
  policy_in_use,
  policy_not_attached,
  policy_not_found,
  policy_type_already_enabled,
  policy_type_not_available,
  policy_type_not_enabled,
  resource_policy_not_found,
  root_not_found,
  source_parent_not_found,
  target_not_found,
  unit_not_empty,
  unit_not_found,
};

struct Refused : std::runtime_error {
  Refused(Why its_why, const std::string& words, std::string its_reason = "")
      : std::runtime_error(words), why(its_why), reason(std::move(its_reason)) {}
  Why why;
  std::string reason;  // AWS's name for it: "OU_DEPTH_LIMIT_EXCEEDED"
};

}  // namespace millrace::organizations
