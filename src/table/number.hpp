// Reads a decimal number; what numpy and pandas read, rounded once to double and once to float.
#pragma once

#include <string_view>

namespace millrace::table {

// Moves `at` behind the number that begins there and ends before `end`; false when there is none.
// Accepts a sign, a fraction, an exponent, `nan`, `inf` and `infinity` in any case.
[[nodiscard]] bool read_number(const char*& at, const char* end, float& number);

// The whole text, without blanks around it; an empty text is missing (NaN).
[[nodiscard]] bool read_field(std::string_view text, float& number);

}  // namespace millrace::table
