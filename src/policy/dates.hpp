// The dates that AWS takes as values of conditions.
#pragma once

#include <string_view>

namespace millrace::policy {

// Seconds since the epoch, or ISO 8601, which may end after any of its fields.
[[nodiscard]] bool is_policy_date(std::string_view text);

}  // namespace millrace::policy
