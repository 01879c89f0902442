// Identifiers in the formats of AWS.
#pragma once

#include "base/random.hpp"

#include <string>
#include <string_view>

namespace millrace::identity {

enum class IdKind { user, role, managed_policy, access_key, temporary_key };

[[nodiscard]] std::string make_id(base::Random& random,
                                  IdKind kind);  // AIDA..., AROA..., ANPA..., AKIA..., ASIA...
[[nodiscard]] std::string make_secret(base::Random& random);  // 40 characters
[[nodiscard]] std::string make_session_token(base::Random& random);
[[nodiscard]] bool is_account_id(std::string_view text);  // twelve digits

}  // namespace millrace::identity
