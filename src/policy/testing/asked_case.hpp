// A case as the decision that is compared sees it: policies parsed, keys found, all that bears on
// the question.
#pragma once

#include "policy/testing/plain_case.hpp"
#include "policy/testing/plain_decision.hpp"

#include <optional>

namespace millrace::policy::testing {

// Nothing where one of the policies is refused when it is put.
[[nodiscard]] std::optional<Outcome> fast_decision(const Case& asked);
[[nodiscard]] std::optional<Trusted> fast_trust(const Case& asked);

}  // namespace millrace::policy::testing
