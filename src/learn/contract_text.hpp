// The words of a violation, in the form that AWS's containers print them.
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

[[nodiscard]] std::string missing_parameter(Container container, std::string_view name);
[[nodiscard]] std::string unknown_parameter(Container container, std::string_view name);

// What AWS's own algorithms, which check against a JSON schema, say of a wrong value; behind it
// what would be right.
[[nodiscard]] std::string schema_violation(const ParameterDoc& parameter, std::string_view value);

// "an integer in [1, +inf), or 'auto'"
[[nodiscard]] std::string accepted_values(const ParameterDoc& parameter);

// Where AWS's image trains, as a sentence.
[[nodiscard]] std::string instance_rules(const InstanceRules& rules);

}  // namespace millrace::learn
