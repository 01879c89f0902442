// Where a policy's document names principals, so that the names alone can be changed in it.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::policy {

struct NamedPrincipal {
  std::string type;  // "AWS", "CanonicalUser"
  std::string name;
};

// The document with what `change` gives in the place of each principal that a statement names by
// type; it stays as it is where `change` gives nothing. Of a document that was parsed before.
[[nodiscard]] std::string with_principals(
    std::string_view document,
    const std::function<std::optional<std::string>(const NamedPrincipal&)>& change);

}  // namespace millrace::policy
