// Bytes as text: hexadecimal, base64, and percent-encoding as SigV4 and URLs use it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::base {

[[nodiscard]] std::string hex(std::string_view bytes);  // lower case
[[nodiscard]] std::optional<std::string> from_hex(std::string_view text);
[[nodiscard]] std::string base64(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);
// Everything but A-Z a-z 0-9 - _ . ~ (and '/' when kept) as %XX in upper case.
[[nodiscard]] std::string percent_encode(std::string_view text, bool keep_slash = false);
// nullopt for a malformed escape. A plus stays a plus unless `plus_is_space`.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text,
                                                        bool plus_is_space = false);

using Pairs = std::vector<std::pair<std::string, std::string>>;
constexpr std::size_t pairs_limit =
    500'000;  // fewer than fit into the largest form of an operation
// A query string's or form's pairs, decoded, in their order; a name without '=' has an empty value.
// nullopt also for more pairs than the limit: each takes some sixty times the two bytes that it may
// come in.
[[nodiscard]] std::optional<Pairs> parse_query(std::string_view query, bool plus_is_space);

}  // namespace millrace::base
