// The stories of decisions as lines for people.
#pragma once

#include "base/value.hpp"

#include <string>

namespace millrace::app {

// Of what the operator's socket answers: a request with its refusals, one question's story, or the
// list of the last refusals.
[[nodiscard]] std::string request_text(const base::Value& request);
[[nodiscard]] std::string story_text(const base::Value& story);
[[nodiscard]] std::string refusals_text(const base::Value& list);

}  // namespace millrace::app
