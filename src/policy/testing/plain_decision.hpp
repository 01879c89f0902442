// The decision as the IAM guide tells it, one rule after the other, straight on the documents:
// slow, plain, and written apart from the one that decides (identity/decision.hpp), which must come
// to the same.
#pragma once

#include "policy/testing/plain_case.hpp"

namespace millrace::policy::testing {

enum class Outcome { allowed, implicit_deny, explicit_deny };

[[nodiscard]] Outcome plain_decision(const Case& asked);

// What a role's trust policy, the resource policy of the case, says of who asks for the role.
enum class Trusted { no, denied, by_account, by_name };

[[nodiscard]] Trusted plain_trust(const Case& asked);

}  // namespace millrace::policy::testing
