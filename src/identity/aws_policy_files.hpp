// The texts of policies/*.json; the build writes the definition.
#pragma once

#include <span>
#include <string_view>

namespace millrace::identity {

struct AwsPolicyFile {
  std::string_view name;
  std::string_view json;
};
[[nodiscard]] std::span<const AwsPolicyFile> aws_policy_files();

}  // namespace millrace::identity
