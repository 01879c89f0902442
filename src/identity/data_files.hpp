// The texts of data/*.json; the build writes the definitions.
#pragma once

#include <string_view>

namespace millrace::identity {

[[nodiscard]] std::string_view services_json();
[[nodiscard]] std::string_view service_linked_roles_json();

}  // namespace millrace::identity
