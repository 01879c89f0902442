// How the services' refusals name the resource that was asked for.
#pragma once

#include <string>
#include <string_view>

namespace millrace::policy {

// " on resource: ...", or nothing. `resource` is an ARN, or "*".
[[nodiscard]] std::string on_resource(std::string_view action, const std::string& resource);

}  // namespace millrace::policy
