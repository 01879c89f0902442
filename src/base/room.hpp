// Whether a refused write may succeed later, when somebody has made room.
#pragma once

#include <system_error>

namespace millrace::base {

// The disk or the quota is full, or the file may not grow.
[[nodiscard]] bool lacks_room(const std::system_error& error);

}  // namespace millrace::base
