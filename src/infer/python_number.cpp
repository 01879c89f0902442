#include "infer/python_number.hpp"

#include <charconv>
#include <cmath>
#include <string_view>

namespace millrace::infer {
namespace {

// Python writes an exponent below -4 and from 16 on.
bool has_exponent(double magnitude) {
  return magnitude != 0 && (magnitude < 1e-4 || magnitude >= 1e16);
}

}  // namespace

void add_python_number(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += std::isnan(number) ? "nan" : number > 0 ? "inf" : "-inf";
    return;
  }
  const bool exponent = has_exponent(std::abs(number));
  char digits[40];
  const auto format = exponent ? std::chars_format::scientific : std::chars_format::fixed;
  const char* const end = std::to_chars(digits, digits + sizeof digits, number, format).ptr;
  const std::string_view text(digits, static_cast<std::size_t>(end - digits));
  out += text;
  if (!exponent && text.find('.') == std::string_view::npos) out += ".0";
}

}  // namespace millrace::infer
