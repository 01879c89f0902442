// Pages of a list by opaque token: the token names the last item given, so that pages stay right
// while items come and go.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::aws {

// A token that only its own operation and scope understand; `check` ties it to the list's
// arguments.
[[nodiscard]] std::string make_token(std::string_view check, std::string_view last);
// The last item given; nothing when the token is not of this list (each service answers with its
// own error).
[[nodiscard]] std::optional<std::string> read_token(std::string_view check, std::string_view token);

}  // namespace millrace::aws
