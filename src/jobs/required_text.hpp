// What a regular expression cannot match without: searched for first, it spares most matching.
#pragma once

#include <string>
#include <string_view>

namespace millrace::jobs {

// The longest piece of text that every match of the expression contains; empty where none is sure.
[[nodiscard]] std::string required_text(std::string_view regex);

}  // namespace millrace::jobs
