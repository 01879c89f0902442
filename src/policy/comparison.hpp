// The comparisons of one value of a request with one value of a policy, by type: numbers, dates,
// addresses, bytes.
#pragma once

#include "policy/condition.hpp"

#include <string_view>

namespace millrace::policy {

// Whether `given`, of the request, compares so with `wanted`, of the policy. Not for texts and
// ARNs, which are patterns. What does not parse as the comparison's type compares false.
[[nodiscard]] bool compare(Comparison comparison, std::string_view given, std::string_view wanted);

// An address, or a range of them: 203.0.113.0/24.
[[nodiscard]] bool is_address_range(std::string_view text);

}  // namespace millrace::policy
