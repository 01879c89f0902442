// Documented defaults: what AWS says a member is when it is not given. Given so, it asks for
// nothing.
#pragma once

#include "base/value.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace millrace::aws {

struct DocumentedDefault {
  std::string_view path;  // of an operation's input: "MetricsConfig.Seconds", "Containers[].Mode"
  std::variant<bool, std::int64_t, std::string_view> value;
};
using Defaults = std::span<const DocumentedDefault>;

// True where a value asks for something: false, an empty list, map or structure do not, nor a
// structure of such members only. Where a default is documented it alone decides, so that false
// asks for something where the default is true. `path` may number elements ("Containers[3]").
[[nodiscard]] bool asks_for_something(const base::Value& value, std::string_view path = {},
                                      Defaults defaults = {});
// "startFromHead = true"
[[nodiscard]] std::string shown(const DocumentedDefault& one);

}  // namespace millrace::aws
