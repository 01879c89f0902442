// Whom a policy that names principals speaks of, and how closely.
#pragma once

#include "policy/policy.hpp"
#include "policy/principal.hpp"

namespace millrace::policy {

// How closely a resource's policy names a caller, which says what else must allow: of an account,
// the caller's own policies too; of a role (or of the user behind a federated session), what
// narrows the session.
enum class Naming { none, account, role, itself };

[[nodiscard]] Naming naming_of(const Statement& statement, const Principal& caller);

// For trust policies, where everybody is whoever has an account.
[[nodiscard]] bool names_itself(const Principals& named, const Principal& caller);
[[nodiscard]] bool names_account(const Principals& named, const Principal& caller);

}  // namespace millrace::policy
