// The smallest policy that allows what a run of calls was recorded to need.
#pragma once

#include "aws/trail.hpp"
#include "base/value.hpp"

#include <string>
#include <vector>

namespace millrace::app {

// Actions of one set of resources stand in one statement. A resource that matches a pattern of
// `widen` becomes that pattern; no other wildcard is in it than those that AWS has in a resource's
// own ARN ("log-group:g:*"): a character of a name is escaped.
[[nodiscard]] base::Value policy_of(std::vector<aws::Use> uses,
                                    const std::vector<std::string>& widen);
// As people write policies: indented.
[[nodiscard]] std::string policy_text(const base::Value& policy);
// The uses in a recording, each line a request; throws std::runtime_error naming a line that is
// none. A last line that was cut by a crash is left out.
[[nodiscard]] std::vector<aws::Use> recorded_uses(base::Files& files, const std::string& path,
                                                  const aws::TrailQuery& query);

}  // namespace millrace::app
