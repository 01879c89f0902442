// Numbers of S3 Select: integers of 64 bits, decimals of 38 digits, and floats of 64 bits.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::sql::select {

constexpr int decimal_digits_limit = 38;
constexpr int decimal_scale_limit = 6000;

struct Number {
  enum class Kind { integer, decimal, real };
  Kind kind = Kind::integer;
  __int128 digits = 0;  // of an integer or decimal: digits / 10^scale
  int scale = 0;
  double real = 0;
};

[[nodiscard]] Number integer(std::int64_t value);
[[nodiscard]] Number real(double value);
// The whole text, or nothing: an integer only within 64 bits, a decimal only within its digits.
[[nodiscard]] std::optional<Number> parse_integer(std::string_view text);
[[nodiscard]] std::optional<Number> parse_decimal(std::string_view text);
[[nodiscard]] std::optional<Number> parse_real(std::string_view text);
// Of a tagged value; nothing for what is no number.
[[nodiscard]] std::optional<Number> number_of(std::string_view value);
[[nodiscard]] std::string to_value(const Number& number);
[[nodiscard]] double as_real(const Number& number);
// Without what is behind the point; nothing beyond 64 bits.
[[nodiscard]] std::optional<std::int64_t> truncated(const Number& number);

// Of two integers an integer, with a float a float, else a decimal. Throw SelectError on overflow
// and on division by zero.
[[nodiscard]] Number add(const Number& a, const Number& b);
[[nodiscard]] Number subtract(const Number& a, const Number& b);
[[nodiscard]] Number multiply(const Number& a, const Number& b);
[[nodiscard]] Number divide(const Number& a, const Number& b);
[[nodiscard]] Number remainder(const Number& a, const Number& b);
[[nodiscard]] Number negate(const Number& a);
[[nodiscard]] std::partial_ordering compare(const Number& a, const Number& b);

}  // namespace millrace::sql::select
