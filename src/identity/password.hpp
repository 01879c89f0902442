// Passwords: a slow hash of one, and whether one is good enough for an account's policy.
#pragma once

#include "base/random.hpp"

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::identity {

// "scrypt$LOG2_N$R$P$SALT$HASH", salt and hash in base64. Takes some 50 ms and 32 MiB by design:
// never under a lock.
[[nodiscard]] std::string hash_password(base::Random& random, std::string_view password);
[[nodiscard]] bool is_password(std::string_view password, const std::string& hash);

// The message is AWS's.
struct PasswordViolation : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What an account asks of its users' passwords; as it is where UpdateAccountPasswordPolicy names
// nothing.
struct PasswordPolicy {
  std::int64_t minimum_length = 6;
  bool require_symbols = false;
  bool require_numbers = false;
  bool require_uppercase = false;
  bool require_lowercase = false;
  bool users_may_change = false;
  std::optional<std::int64_t> max_age_days;
  std::optional<std::int64_t> reuse_prevention;  // former passwords that may not come again
  std::optional<bool> hard_expiry;
};

// Null: the account has no policy, so AWS's own for such accounts holds. Throws PasswordViolation.
void check_password(std::string_view password, const PasswordPolicy* policy);
// Throws PasswordViolation where the password is one of the latest that may not come again; as slow
// as each of them.
void check_reuse(std::string_view password, const std::vector<std::string>& former,
                 const PasswordPolicy* policy);

}  // namespace millrace::identity
