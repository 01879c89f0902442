// The filter of a lifecycle's rule, which other configurations of buckets have too.
#pragma once

#include "base/value.hpp"
#include "objects/lifecycle.hpp"

namespace millrace::objects {

// A configuration's member "Filter".
[[nodiscard]] LifecycleFilter to_filter(const base::Value& filter);

}  // namespace millrace::objects
