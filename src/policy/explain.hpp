// Tells the story of a decision, by asking every statement of every policy that bears on it.
#pragma once

#include "policy/decision.hpp"
#include "policy/explanation.hpp"

#include <string>
#include <vector>

namespace millrace::policy {

// The decision in it is that of `decide_by`.
[[nodiscard]] Explanation explain(const Bearing& bearing, const Context& context);

// What one policy's statements say, for the simulator too. `names_principals`: as a resource's
// policy does.
[[nodiscard]] PolicyStory story_of(const NamedPolicy& policy, const Context& context,
                                   bool names_principals = false);

}  // namespace millrace::policy
