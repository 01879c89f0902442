// Where the statements of a policy stand in its document, as the policy simulator tells.
#pragma once

#include "policy/policy.hpp"

#include <string_view>
#include <vector>

namespace millrace::policy {

// Of a document that was parsed before. AWS takes a statement to start where the reader stands
// before it: behind the bracket that opens the list (or the one statement), or behind the statement
// before.
[[nodiscard]] std::vector<Span> statement_spans(std::string_view document);

}  // namespace millrace::policy
