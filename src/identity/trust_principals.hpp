// What a role's trust policy must hold beyond its grammar: its size, and that the users and roles
// in it exist.
#pragma once

#include "identity/directory.hpp"
#include "identity/policy.hpp"

#include <string_view>

namespace millrace::identity {

void check_trust_size(std::string_view document);  // throws LimitExceeded

// Throws MalformedPolicy for a user or role that is not there. Of accounts that do not exist here
// nothing is known: what a policy says of them stands.
void check_principals_exist(Directory& directory, const Policy& trust_policy);

}  // namespace millrace::identity
