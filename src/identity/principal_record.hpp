// A principal as JSON, as temporary credentials keep it.
#pragma once

#include "identity/principal.hpp"

#include <string>
#include <string_view>

namespace millrace::identity {

[[nodiscard]] std::string write_principal(const Principal& principal);
[[nodiscard]] Principal read_principal(std::string_view json);

}  // namespace millrace::identity
