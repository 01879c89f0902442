// A line of CSV as texts: for columns that are no numbers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::table {

// The fields between commas without the blanks around them; one in double quotes may hold commas,
// and quotes doubled. Nothing where a quote is not closed, or something follows it.
[[nodiscard]] std::optional<std::vector<std::string>> parse_fields(std::string_view line);

}  // namespace millrace::table
