#include "learn/contract_text.hpp"

#include <charconv>
#include <cmath>

namespace millrace::learn {
namespace {

// Bounds are declared as whole numbers or short fractions.
std::string bound_text(double bound) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, bound).ptr;
  return {digits, end};
}

}  // namespace

std::string quoted_list(std::span<const std::string_view> names) {
  std::string text = "[";
  for (const auto name : names) {
    if (text.size() > 1) text += ", ";
    text += "'" + std::string(name) + "'";
  }
  return text + "]";
}

std::string interval(const ParameterDoc& parameter) {
  std::string text = parameter.least_exclusive || !parameter.least ? "(" : "[";
  text += parameter.least ? bound_text(*parameter.least) : "-inf";
  text += ", ";
  text += parameter.most ? bound_text(*parameter.most) : "+inf";
  return text + (parameter.most_exclusive || !parameter.most ? ")" : "]");
}

std::string float_text(double number) {
  std::string text = bound_text(number);
  if (std::isfinite(number) && text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string not_in_list(std::string_view name, std::span<const std::string_view> given,
                        std::span<const std::string_view> known) {
  return "Hyperparameter " + std::string(name) + ": value " + quoted_list(given) +
         " not in range " + quoted_list(known);
}

}  // namespace millrace::learn
