// What AWS holds the document of a policy to when it is put, beyond what can be decided on
// (policy.hpp). Policies that are kept already are not asked again.
#pragma once

#include "identity/entities.hpp"

#include <string>
#include <string_view>

namespace millrace::identity {

// `parsed` is the document's. Of several errors the one is told that AWS tells. Throws
// MalformedPolicy.
void check_rules(std::string_view document, const Policy& parsed, PolicyKind kind);

// A policy that is put. Throws MalformedPolicy and UnsupportedPolicy.
[[nodiscard]] PolicyText put_text(std::string document, PolicyKind kind);

// Throws MalformedPolicy where two statements have one id.
void check_sids(const Policy& policy);

}  // namespace millrace::identity
