// The types of condition values, read from their texts by the plain specification.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::policy::testing {

// Milliseconds since 1970: a W3C form of ISO 8601, or epoch seconds.
[[nodiscard]] std::optional<std::int64_t> moment(std::string_view text);
[[nodiscard]] std::optional<bool> flag(std::string_view text);
// A range is an address, of IPv4 or IPv6, with or without a number of leading bits.
[[nodiscard]] bool is_in_range(const std::string& address, const std::string& range);

}  // namespace millrace::policy::testing
