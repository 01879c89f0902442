// JSON text to and from `Value`.
#pragma once

#include "base/value.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace millrace::base {

struct JsonError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

constexpr std::size_t json_depth_limit = 128;

// Throws JsonError with the reason. Integers that fit become integers, other numbers doubles.
[[nodiscard]] Value parse_json(std::string_view text);
// Compact; a time as epoch seconds, a blob as base64. Doubles in the shortest form that reads back
// to the same.
[[nodiscard]] std::string write_json(const Value& value);
void write_json_text(std::string& out, std::string_view text);  // one quoted string
void write_json_number(std::string& out,
                       double number);  // NaN and infinities as quoted strings, as AWS does

}  // namespace millrace::base
