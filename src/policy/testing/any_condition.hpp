// Condition lines by chance: operators that fit a key's type, values of few letters, so that they
// often match.
#pragma once

#include "base/value.hpp"
#include "policy/testing/chance.hpp"
#include "policy/testing/plain_case.hpp"

namespace millrace::policy::testing {

[[nodiscard]] base::Map any_conditions(Chance& chance);
// Keys of requests that such conditions ask for.
[[nodiscard]] Keys any_keys(Chance& chance);

}  // namespace millrace::policy::testing
