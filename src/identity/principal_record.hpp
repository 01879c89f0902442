// A principal as JSON, as temporary credentials keep it.
#pragma once

#include "policy/principal.hpp"

#include <string>
#include <string_view>

namespace millrace::identity {

[[nodiscard]] std::string write_principal(const policy::Principal& principal);
[[nodiscard]] policy::Principal read_principal(std::string_view json);

}  // namespace millrace::identity
