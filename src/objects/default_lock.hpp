// The retention that versions get which are put without one: a bucket's setting "lock".
#pragma once

#include "objects/objects.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace millrace::objects {

struct DefaultRetention {
  std::string mode;
  std::int64_t days = 0;
};

[[nodiscard]] std::optional<DefaultRetention> default_retention(const Bucket& bucket);
// What the rule makes of a lock that has no retention, for a version made now.
void apply_default(const Bucket& bucket, base::Timestamp now, Lock& lock);

}  // namespace millrace::objects
