// Management policies: what they may say, and how those above an account become its effective one.
// AWS's guide: "Policy syntax and inheritance for management policy types".
#pragma once

#include "organizations/organization.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::organizations {

[[nodiscard]] bool is_management(PolicyType type);

// Throws Refused for a document that is not of the type's grammar, and policy::UnsupportedPolicy
// for one that asks for what is not enforced here.
void check_management(const std::string& content, PolicyType type);

// The documents of one level, in the order of their attachment.
using PolicyLevel = std::vector<base::Value>;
// What the levels, from the root down to the account, come to; empty where nothing is set.
[[nodiscard]] base::Map merged(const std::vector<PolicyLevel>& levels);

// The effective policy of the account as JSON; nothing where it has none.
[[nodiscard]] std::optional<std::string> effective_policy(const Organization& organization,
                                                          std::string_view account,
                                                          PolicyType type);

}  // namespace millrace::organizations
