// The condition keys of a request by the plain specification: those that came with it, and those
// that follow from who asks and whom the resource belongs to.
#pragma once

#include "policy/testing/plain_case.hpp"

namespace millrace::policy::testing {

[[nodiscard]] Keys context_of(const Case& asked);

}  // namespace millrace::policy::testing
