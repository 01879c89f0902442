// The texts of policies/*.json; the build writes the definition.
#pragma once

#include <span>
#include <string_view>

namespace millrace::identity {

[[nodiscard]] std::span<const std::string_view> aws_policy_files();

}  // namespace millrace::identity
