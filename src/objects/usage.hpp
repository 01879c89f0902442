// How much each bucket holds.
#pragma once

#include "store/database.hpp"
#include "store/usage.hpp"

#include <vector>

namespace millrace::objects {

// Of every account: each bucket's objects, all versions of them, and its uploads' parts where it
// has some. Looks at every row.
[[nodiscard]] std::vector<store::Usage> usage(store::Connection& connection);

}  // namespace millrace::objects
