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

constexpr std::string_view schema_error = " (caused by ValidationError)";

std::string kind_text(const ParameterDoc& parameter) {
  switch (parameter.kind) {
    case ParameterKind::integer:
      return "an integer in " + interval(parameter);
    case ParameterKind::number:
      return "a number in " + interval(parameter);
    case ParameterKind::choice:
      return "one of " + quoted_list(parameter.choices);
    case ParameterKind::flag:
      return "true or false";
    case ParameterKind::list:
      return "a list, parted by commas, of " + quoted_list(parameter.choices);
    case ParameterKind::json_list:
      return "a JSON list of " + quoted_list(parameter.choices);
    case ParameterKind::text:
      break;
  }
  return "a text";
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

std::string missing_parameter(Container container, std::string_view name) {
  if (container == Container::toolkit)
    return "Missing required hyperparameter: " + std::string(name);
  return "'" + std::string(name) + "' is a required property" + std::string(schema_error);
}

std::string unknown_parameter(Container container, std::string_view name) {
  if (container == Container::toolkit)
    return "Extraneous hyperparameter found: " + std::string(name);
  return "Additional properties are not allowed ('" + std::string(name) + "' was unexpected)" +
         std::string(schema_error);
}

std::string schema_violation(const ParameterDoc& parameter, std::string_view value) {
  return "'" + std::string(value) + "' is not valid under any of the given schemas" +
         std::string(schema_error) + "\n\nFailed validating hyperparameter '" +
         std::string(parameter.name) + "': it must be " + accepted_values(parameter);
}

std::string accepted_values(const ParameterDoc& parameter) {
  std::string text = kind_text(parameter);
  if (!parameter.word.empty()) text += ", or '" + std::string(parameter.word) + "'";
  if (parameter.kind == ParameterKind::number) {
    for (const auto word : parameter.choices) text += ", or '" + std::string(word) + "'";
  }
  return text;
}

std::string instance_rules(const InstanceRules& rules) {
  return std::string("AWS's image trains on CPU") +
         (rules.gpu ? " and GPU instances, " : " instances, ") +
         (rules.several ? "one or several at once." : "one at a time.") +
         (rules.distributed ? " Here several are as many processes."
          : rules.several   ? " Here it trains on one."
                            : "");
}

}  // namespace millrace::learn
