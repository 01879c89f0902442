// The condition keys that requests can have here, and those that they should have and lack: a
// policy that names one of the latter is refused when it is put. Any other key is in no request,
// and is decided on as an absent one, which AWS does as well.
#pragma once

#include <string_view>

namespace millrace::policy {

[[nodiscard]] bool is_known_condition_key(std::string_view key);
[[nodiscard]] bool is_unsupplied_condition_key(std::string_view key);

}  // namespace millrace::policy
