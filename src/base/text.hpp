// Small functions on text that the standard library lacks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::base {

[[nodiscard]] std::string lower(std::string_view text);      // ASCII
[[nodiscard]] std::string_view trim(std::string_view text);  // blanks and tabs, line ends
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);
[[nodiscard]] std::vector<std::string_view> split(std::string_view text,
                                                  char separator);  // empty pieces kept
[[nodiscard]] std::string join(const std::vector<std::string>& pieces, std::string_view separator);
[[nodiscard]] std::string replace_all(std::string text, std::string_view from, std::string_view to);
// The whole text as a number, or nothing.
[[nodiscard]] std::optional<std::int64_t> to_integer(std::string_view text);
[[nodiscard]] std::optional<double> to_number(std::string_view text);
// `*` any run, `?` one character; as IAM and S3 match.
[[nodiscard]] bool matches_wildcard(std::string_view pattern, std::string_view text);
[[nodiscard]] bool is_utf8(std::string_view text);
// Without a character at the end that was cut; where more is wrong, each byte outside ASCII is a
// question mark.
[[nodiscard]] std::string as_utf8(std::string_view text);
// The same, with question marks for control characters: somebody's bytes within a message.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace millrace::base
