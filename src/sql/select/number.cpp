#include "sql/select/number.hpp"

#include "sql/select/error.hpp"
#include "sql/select/value.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace millrace::sql::select {
namespace {

using Wide = __int128;
using Kind = Number::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Nothing when it does not fit.
std::optional<Wide> shifted(Wide digits, int places) {
  if (digits == 0) return digits;
  if (places > decimal_digits_limit) return std::nullopt;
  for (int i = 0; i < places; ++i)
    if (__builtin_mul_overflow(digits, Wide{10}, &digits)) return std::nullopt;
  return digits;
}

int count_digits(Wide value) {
  int count = 0;
  for (; value != 0; value /= 10) ++count;
  return count;
}

[[noreturn]] void overflow(Kind kind) {
  throw SelectError(kind == Kind::integer ? "IntegerOverflow" : "NumberFormatError");
}

Number checked(Kind kind, Wide digits, int scale) {
  const bool fits = kind == Kind::integer ? digits >= std::numeric_limits<std::int64_t>::min() &&
                                                digits <= std::numeric_limits<std::int64_t>::max()
                                          : count_digits(digits) <= decimal_digits_limit;
  if (!fits) overflow(kind);
  return {.kind = kind, .digits = digits, .scale = scale};
}

Kind joined(const Number& a, const Number& b) { return std::max(a.kind, b.kind); }

struct Aligned {
  Wide a;
  Wide b;
  int scale;
};

std::optional<Aligned> aligned(const Number& a, const Number& b) {
  const int scale = std::max(a.scale, b.scale);
  const auto left = shifted(a.digits, scale - a.scale);
  const auto right = shifted(b.digits, scale - b.scale);
  if (!left || !right) return std::nullopt;
  return Aligned{*left, *right, scale};
}

// Both with as many places behind the point.
Aligned must_align(const Number& a, const Number& b) {
  const auto found = aligned(a, b);
  if (!found) overflow(Kind::decimal);
  return *found;
}

std::string text_of(Wide value) {
  if (value == 0) return "0";
  const bool is_negative = value < 0;
  std::string out;
  for (; value != 0; value /= 10) {
    const int digit = static_cast<int>(value % 10);
    out += static_cast<char>('0' + (digit < 0 ? -digit : digit));
  }
  if (is_negative) out += '-';
  std::ranges::reverse(out);
  return out;
}

// Within so many places plain, beyond with an exponent.
constexpr int plain_places = 40;

std::string decimal_text(const Number& number) {
  std::string text = text_of(number.digits);
  if (number.scale == 0) return text;
  if (number.scale < 0 && number.scale >= -plain_places && number.digits != 0)
    return text.append(static_cast<std::size_t>(-number.scale), '0');
  if (number.scale < 0) return text + "E+" + std::to_string(-number.scale);
  if (number.scale > plain_places) return text + "E-" + std::to_string(number.scale);
  const std::size_t sign = number.digits < 0 ? 1 : 0;
  const auto places = static_cast<std::size_t>(number.scale);
  if (text.size() - sign <= places) text.insert(sign, places + 1 - (text.size() - sign), '0');
  return text.insert(text.size() - places, 1, '.');
}

// As Java writes it where it is whole; else the shortest that reads back to the same.
std::string real_text(double value) {
  char buffer[32];
  char* const end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  std::string text(buffer, end);
  if (text.find_first_of(".eni") == std::string::npos) text += ".0";
  return text;
}

Number stripped(Wide digits, int scale) {
  while (scale > 0 && digits % 10 == 0) {
    digits /= 10;
    --scale;
  }
  return checked(Kind::decimal, digits, scale);
}

Number divide_decimals(const Number& a, const Number& b) {
  const int room = decimal_digits_limit - count_digits(a.digits);
  const Wide numerator = shifted(a.digits, std::max(room, 0)).value_or(a.digits);
  Wide quotient = numerator / b.digits;
  const Wide rest = numerator % b.digits;
  const Wide twice = (rest < 0 ? -rest : rest);
  const Wide whole = b.digits < 0 ? -b.digits : b.digits;
  if (twice >= whole - twice) quotient += (numerator < 0) == (b.digits < 0) ? 1 : -1;
  return stripped(quotient, a.scale + std::max(room, 0) - b.scale);
}

}  // namespace

Number integer(std::int64_t value) { return {.digits = value}; }
Number real(double value) { return {.kind = Kind::real, .real = value}; }

std::optional<Number> parse_integer(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return integer(value);
}

std::optional<Number> parse_real(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return real(value);
}

std::optional<Number> parse_decimal(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  Number number{.kind = Kind::decimal};
  std::size_t at = 0;
  std::size_t seen = 0;
  bool behind_point = false;
  for (; at < text.size() && (is_digit(text[at]) || (text[at] == '.' && !behind_point)); ++at) {
    if (text[at] == '.') {
      behind_point = true;
      continue;
    }
    ++seen;
    number.digits = number.digits * 10 + (text[at] - '0');
    if (count_digits(number.digits) > decimal_digits_limit) return std::nullopt;
    if (behind_point) ++number.scale;
  }
  if (seen == 0) return std::nullopt;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    const auto exponent = parse_integer(text.substr(at + 1));
    if (!exponent || exponent->digits > decimal_scale_limit ||
        exponent->digits < -decimal_scale_limit)
      return std::nullopt;
    number.scale -= static_cast<int>(exponent->digits);
    at = text.size();
  }
  if (at < text.size() || std::abs(number.scale) > decimal_scale_limit) return std::nullopt;
  if (is_negative) number.digits = -number.digits;
  return number;
}

std::optional<Number> number_of(std::string_view value) {
  switch (value.front()) {
    case tag::integer:
      return parse_integer(payload(value));
    case tag::decimal: {
      // One of a file may be longer than a decimal may.
      const auto decimal = parse_decimal(payload(value));
      return decimal ? decimal : parse_real(payload(value));
    }
    case tag::real:
      return parse_real(payload(value));
    default:
      return std::nullopt;
  }
}

std::string to_value(const Number& number) {
  if (number.kind == Kind::integer) return tagged(tag::integer, text_of(number.digits));
  if (number.kind == Kind::decimal) return tagged(tag::decimal, decimal_text(number));
  return tagged(tag::real, real_text(number.real));
}

double as_real(const Number& number) {
  if (number.kind == Kind::real) return number.real;
  const std::string text = text_of(number.digits) + "e" + std::to_string(-number.scale);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::optional<std::int64_t> truncated(const Number& number) {
  constexpr double beyond = 9223372036854775808.0;
  if (number.kind == Kind::real) {
    if (!(number.real > -beyond && number.real < beyond)) return std::nullopt;
    return static_cast<std::int64_t>(number.real);
  }
  std::optional<Wide> whole = number.digits;
  if (number.scale < 0) whole = shifted(number.digits, -number.scale);
  for (int i = 0; whole && i < number.scale && *whole != 0; ++i) *whole /= 10;
  if (!whole || *whole < std::numeric_limits<std::int64_t>::min() ||
      *whole > std::numeric_limits<std::int64_t>::max())
    return std::nullopt;
  return static_cast<std::int64_t>(*whole);
}

Number add(const Number& a, const Number& b) {
  const Kind kind = joined(a, b);
  if (kind == Kind::real) return real(as_real(a) + as_real(b));
  const Aligned both = must_align(a, b);
  Wide sum = 0;
  if (__builtin_add_overflow(both.a, both.b, &sum)) overflow(kind);
  return checked(kind, sum, both.scale);
}

Number negate(const Number& a) {
  if (a.kind == Kind::real) return real(-a.real);
  return checked(a.kind, -a.digits, a.scale);
}

Number subtract(const Number& a, const Number& b) {
  if (b.kind == Kind::real) return add(a, real(-b.real));
  Number opposite = b;  // not yet within the bounds of an integer
  opposite.digits = -b.digits;
  return add(a, opposite);
}

Number multiply(const Number& a, const Number& b) {
  const Kind kind = joined(a, b);
  if (kind == Kind::real) return real(as_real(a) * as_real(b));
  Wide product = 0;
  if (__builtin_mul_overflow(a.digits, b.digits, &product)) overflow(kind);
  return checked(kind, product, a.scale + b.scale);
}

Number divide(const Number& a, const Number& b) {
  const Kind kind = joined(a, b);
  if (as_real(b) == 0) throw SelectError("ExternalEvalException", "division by zero");
  if (kind == Kind::real) return real(as_real(a) / as_real(b));
  if (kind == Kind::integer) return checked(kind, a.digits / b.digits, 0);
  return divide_decimals(a, b);
}

Number remainder(const Number& a, const Number& b) {
  const Kind kind = joined(a, b);
  if (as_real(b) == 0) throw SelectError("ExternalEvalException", "division by zero");
  if (kind == Kind::real) return real(std::fmod(as_real(a), as_real(b)));
  const Aligned both = must_align(a, b);
  return checked(kind, both.a % both.b, both.scale);
}

std::partial_ordering compare(const Number& a, const Number& b) {
  if (joined(a, b) != Kind::real) {
    if (const auto both = aligned(a, b)) {
      if (both->a == both->b) return std::partial_ordering::equivalent;
      return both->a < both->b ? std::partial_ordering::less : std::partial_ordering::greater;
    }
  }
  return as_real(a) <=> as_real(b);
}

}  // namespace millrace::sql::select
