// What AWS holds the document of a policy to when it is put, beyond what can be decided on
// (policy.hpp). Policies that are kept already are not asked again.
#pragma once

#include "policy/policy.hpp"

#include <string_view>

namespace millrace::policy {

// `parsed` is the document's. Of several errors the one is told that AWS tells. Throws
// MalformedPolicy.
void check_rules(std::string_view document, const Policy& parsed, PolicyKind kind);

// Throws MalformedPolicy where two statements have one id.
void check_sids(const Policy& policy);

}  // namespace millrace::policy
