// What an organisation lays over its accounts: the decision asks for it by account and knows
// nothing of how organisations are kept.
#pragma once

#include "policy/policy.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::policy {

// Service control policies narrow an account's principals, resource control policies what may be
// done with its resources.
struct Ceiling {
  std::string organization_id;  // o-..., aws:PrincipalOrgID and aws:ResourceOrgID
  // Of ids from the organisation down to the account's parent, each once: {"o-...", "r-...",
  // "ou-..."}.
  std::vector<std::string> path;
  bool is_management = false;  // the management account: no control policy binds it
  // From the root down to the account: each level must allow, a deny at any level denies. Empty
  // where the organisation has not enabled the type.
  std::vector<std::vector<NamedPolicy>> service_controls;
  std::vector<std::vector<NamedPolicy>> resource_controls;
};

class Ceilings {
 public:
  virtual ~Ceilings() = default;
  // Null: the account is in no organisation. Called for every decision: from memory, safe from any
  // thread. Shared: a decision goes on with what it began with while another call replaces it.
  [[nodiscard]] virtual std::shared_ptr<const Ceiling> ceiling(std::string_view account) = 0;
};

}  // namespace millrace::policy
