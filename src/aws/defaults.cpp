#include "aws/defaults.hpp"

#include <algorithm>

namespace millrace::aws {

namespace {

// Whether a path whose elements are numbered is the place that a default is documented for.
bool is_at(std::string_view path, std::string_view place) {
  std::string plain;
  bool in_brackets = false;
  for (const char c : path) {
    if (c == ']') in_brackets = false;
    if (!in_brackets) plain += c;
    if (c == '[') in_brackets = true;
  }
  return plain == place;
}

bool is_default(const base::Value& value, const DocumentedDefault& one) {
  if (const auto* flag = std::get_if<bool>(&one.value))
    return value.is_flag() && value.flag() == *flag;
  if (const auto* number = std::get_if<std::int64_t>(&one.value))
    return value.is_integer() && value.integer() == *number;
  return value.is_text() && value.text() == std::get<std::string_view>(one.value);
}

}  // namespace

bool asks_for_something(const base::Value& value, std::string_view path, Defaults defaults) {
  if (value.is_null()) return false;
  const auto documented = std::ranges::find_if(
      defaults, [path](const DocumentedDefault& one) { return is_at(path, one.path); });
  if (documented != defaults.end()) return !is_default(value, *documented);
  if (value.is_flag()) return value.flag();
  if (value.is_list()) return !value.list().empty();
  if (!value.is_map()) return true;
  return std::ranges::any_of(value.map(), [&](const auto& entry) {
    const std::string inner = path.empty() ? entry.first : std::string(path) + "." + entry.first;
    return asks_for_something(entry.second, inner, defaults);
  });
}

std::string shown(const DocumentedDefault& one) {
  const std::string place(one.path);
  if (const auto* flag = std::get_if<bool>(&one.value))
    return place + " = " + (*flag ? "true" : "false");
  if (const auto* number = std::get_if<std::int64_t>(&one.value))
    return place + " = " + std::to_string(*number);
  return place + " = " + std::string(std::get<std::string_view>(one.value));
}

}  // namespace millrace::aws
