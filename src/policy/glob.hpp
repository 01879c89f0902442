// Wildcards, matched in a time that nobody can make long: patterns come from whoever may write a
// policy, texts from whoever sends a request.
#pragma once

#include <string_view>

namespace millrace::policy {

// Bytes that UTF-8 never has mark the wildcards: any characters, and any one of them.
constexpr std::string_view any_run = "\xff";
constexpr std::string_view any_one = "\xfe";

enum class Letters { heeded, ignored };  // their case; letters are those of ASCII

// `text` is in UTF-8, and without regard to case a short one.
[[nodiscard]] bool glob_matches(std::string_view glob, std::string_view text,
                                Letters letters = Letters::heeded);

}  // namespace millrace::policy
