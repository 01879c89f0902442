// The words of a violation, in the form that AWS's algorithm toolkit prints them.
#pragma once

#include "learn/contract.hpp"

#include <span>
#include <string>
#include <string_view>

namespace millrace::learn {

// ['a', 'b']
[[nodiscard]] std::string quoted_list(std::span<const std::string_view> names);
// [0, 1], (0, 1], [1, +inf)
[[nodiscard]] std::string interval(const ParameterDoc& parameter);
// A number as Python prints a float: 2 is 2.0.
[[nodiscard]] std::string float_text(double number);

[[nodiscard]] std::string not_in_list(std::string_view name,
                                      std::span<const std::string_view> given,
                                      std::span<const std::string_view> known);

}  // namespace millrace::learn
