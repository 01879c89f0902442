// A case as the decision that is compared sees it: policies parsed, keys found, all that bears on
// the question.
#pragma once

#include "identity/testing/plain_case.hpp"
#include "identity/testing/plain_decision.hpp"

#include <optional>

namespace millrace::identity::testing {

// Nothing where one of the policies is refused when it is put.
[[nodiscard]] std::optional<Outcome> fast_decision(const Case& asked);
[[nodiscard]] std::optional<Trusted> fast_trust(const Case& asked);

}  // namespace millrace::identity::testing
