// Identifiers in the formats of AWS.
#pragma once

#include "base/random.hpp"

#include <string>

namespace millrace::identity {

enum class IdKind {
  user,
  group,
  role,
  instance_profile,
  managed_policy,
  access_key,
  temporary_key,
};

[[nodiscard]] std::string make_id(base::Random& random,
                                  IdKind kind);  // AIDA..., AGPA..., AROA..., AKIA..., and so on
[[nodiscard]] std::string make_secret(base::Random& random);  // 40 characters
[[nodiscard]] std::string make_session_token(base::Random& random);
}  // namespace millrace::identity
