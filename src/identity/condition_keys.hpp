// The condition keys that requests can have here; a policy that names another one is refused when
// it is put.
#pragma once

#include <string_view>

namespace millrace::identity {

[[nodiscard]] bool is_known_condition_key(std::string_view key);

}  // namespace millrace::identity
