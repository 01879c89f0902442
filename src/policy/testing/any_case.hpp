// Cases by chance: who asks, what for, and policies of every kind about it.
#pragma once

#include "policy/testing/plain_case.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace millrace::policy::testing {

[[nodiscard]] Case any_case(std::uint64_t seed);
// Somebody asks for a role, whose trust policy is the resource's.
[[nodiscard]] Case any_trust_case(std::uint64_t seed);

// Each with something left out.
[[nodiscard]] std::vector<Case> smaller_cases(const Case& from);

// All of it as one JSON text, for whoever looks into a disagreement.
[[nodiscard]] std::string text_of(const Case& shown);

}  // namespace millrace::policy::testing
