// A decision's whole story as a value, for `millrace why`: who asked what, which policies were
// asked, what decided, and what would allow it.
#pragma once

#include "aws/trail.hpp"
#include "base/value.hpp"
#include "policy/explanation.hpp"

#include <string>
#include <vector>

namespace millrace::app {

// `{"who", "action", "resource", "context", "effect", "sentence", "policies", "remedies"}`.
[[nodiscard]] base::Value story_of(const policy::Question& question,
                                   const policy::Explanation& explanation);
// Sentences that each say one thing that would allow it, the nearest first; none when it is
// allowed.
[[nodiscard]] std::vector<std::string> remedies(const policy::Question& question,
                                                const policy::Explanation& explanation);
// What a request was, beside its decisions.
[[nodiscard]] base::Map request_value(const aws::Decided& decided);
[[nodiscard]] std::string_view effect_name(policy::Decision::Effect effect);

}  // namespace millrace::app
