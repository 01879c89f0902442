// Amazon resource names: arn:partition:service:region:account:resource.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace millrace::base {

inline constexpr std::string_view default_partition = "aws";

struct Arn {
  std::string partition{default_partition};
  std::string service;
  std::string region;
  std::string account;
  std::string resource;  // all that follows the fifth colon

  [[nodiscard]] std::string text() const;
  bool operator==(const Arn&) const = default;
};

[[nodiscard]] std::optional<Arn> parse_arn(std::string_view text);
[[nodiscard]] std::string arn(std::string_view service, std::string_view region,
                              std::string_view account, std::string_view resource);

}  // namespace millrace::base
