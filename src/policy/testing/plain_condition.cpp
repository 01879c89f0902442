// After "Condition operators" and "Conditions with multiple context keys or values" of the guide.
#include "policy/testing/plain_condition.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "policy/testing/plain_values.hpp"

#include <algorithm>

namespace millrace::policy::testing {
namespace {

struct Operator {
  bool (*matches)(const std::string& wanted, const std::string& given, const ValueOf* variables);
  bool negated = false;
};

// The text with its variables replaced; nothing where one has no value: it equals nothing and is
// like nothing.
std::optional<std::string> replaced(const std::string& text, const ValueOf* variables) {
  const auto marks = marks_of(text, {.wildcards = false, .variables = variables});
  if (!marks) return std::nullopt;
  std::string out;
  for (const Mark& mark : *marks) out += mark.letter;
  return out;
}

bool string_equals(const std::string& wanted, const std::string& given, const ValueOf* variables) {
  return replaced(wanted, variables) == given;
}

bool string_equals_any_case(const std::string& wanted, const std::string& given,
                            const ValueOf* variables) {
  const auto text = replaced(wanted, variables);
  return text && lower_case(*text) == lower_case(given);
}

bool string_like(const std::string& wanted, const std::string& given, const ValueOf* variables) {
  const auto marks = marks_of(wanted, {.wildcards = true, .variables = variables});
  return marks && matches(*marks, given);
}

// "Amazon Resource Name (ARN) condition operators": the six parts one by one.
bool arn_like(const std::string& wanted, const std::string& given, const ValueOf* variables) {
  const Texts wanted_parts = arn_parts(wanted, variables != nullptr);
  const Texts given_parts = arn_parts(given);
  return std::ranges::equal(
      wanted_parts, given_parts,
      [&](const std::string& a, const std::string& b) { return string_like(a, b, variables); });
}

template <auto value_of, class Compares>
bool compared(const std::string& wanted, const std::string& given, Compares compares) {
  const auto a = value_of(given);
  const auto b = value_of(wanted);
  return a && b && compares(*a, *b);
}

template <auto value_of, class Compares>
bool by(const std::string& wanted, const std::string& given, const ValueOf* /*variables*/) {
  return compared<value_of>(wanted, given, Compares());
}

bool in_range(const std::string& wanted, const std::string& given, const ValueOf* /*variables*/) {
  return is_in_range(given, wanted);
}

constexpr auto number = base::to_number;
constexpr auto bytes = base::from_base64;
using Equal = std::equal_to<>;
using Less = std::less<>;
using LessEqual = std::less_equal<>;
using Greater = std::greater<>;
using GreaterEqual = std::greater_equal<>;

const std::map<std::string, Operator>& operators() {
  static const std::map<std::string, Operator> all = {
      {"StringEquals", {string_equals}},
      {"StringNotEquals", {string_equals, true}},
      {"StringEqualsIgnoreCase", {string_equals_any_case}},
      {"StringNotEqualsIgnoreCase", {string_equals_any_case, true}},
      {"StringLike", {string_like}},
      {"StringNotLike", {string_like, true}},
      {"NumericEquals", {by<number, Equal>}},
      {"NumericNotEquals", {by<number, Equal>, true}},
      {"NumericLessThan", {by<number, Less>}},
      {"NumericLessThanEquals", {by<number, LessEqual>}},
      {"NumericGreaterThan", {by<number, Greater>}},
      {"NumericGreaterThanEquals", {by<number, GreaterEqual>}},
      {"DateEquals", {by<moment, Equal>}},
      {"DateNotEquals", {by<moment, Equal>, true}},
      {"DateLessThan", {by<moment, Less>}},
      {"DateLessThanEquals", {by<moment, LessEqual>}},
      {"DateGreaterThan", {by<moment, Greater>}},
      {"DateGreaterThanEquals", {by<moment, GreaterEqual>}},
      {"Bool", {by<flag, Equal>}},
      {"BinaryEquals", {by<bytes, Equal>}},
      {"IpAddress", {in_range}},
      {"NotIpAddress", {in_range, true}},
      {"ArnEquals", {arn_like}},
      {"ArnLike", {arn_like}},
      {"ArnNotEquals", {arn_like, true}},
      {"ArnNotLike", {arn_like, true}},
  };
  return all;
}

// Takes the word off the name, if it is there.
bool take_prefix(std::string& name, std::string_view word) {
  if (!name.starts_with(word)) return false;
  name.erase(0, word.size());
  return true;
}

bool take_suffix(std::string& name, std::string_view word) {
  if (!name.ends_with(word)) return false;
  name.erase(name.size() - word.size());
  return true;
}

// "Condition operator to check existence of condition keys": true asks for its absence.
bool null_holds(const Texts& wanted, bool is_there) {
  return std::ranges::any_of(wanted, [&](const std::string& one) {
    const auto wants_absence = flag(one);
    return wants_absence && *wants_absence != is_there;
  });
}

// One key of one operator.
bool line_holds(std::string name, const Texts& wanted, const Texts* given,
                const ValueOf* variables) {
  const bool is_there = given != nullptr && !given->empty();
  if (name == "Null") return null_holds(wanted, is_there);
  const bool for_all = take_prefix(name, "ForAllValues:");
  const bool for_any = take_prefix(name, "ForAnyValue:");
  const bool if_exists = take_suffix(name, "IfExists");
  const Operator& how = operators().at(name);
  // "Using multiple keys and values": of an absent key ForAnyValue is false (who tried it at AWS
  // found that IfExists changes nothing there), and ForAllValues true.
  if (!is_there && for_any) return false;
  if (!is_there) return for_all || if_exists || how.negated;
  // Several values of the policy are an OR, those of a negated operator a NOR.
  const auto fits = [&](const std::string& value) {
    const bool any = std::ranges::any_of(
        wanted, [&](const std::string& one) { return how.matches(one, value, variables); });
    return any != how.negated;
  };
  if (for_all) return std::ranges::all_of(*given, fits);
  if (for_any) return std::ranges::any_of(*given, fits);
  return fits(given->front());
}

}  // namespace

Texts texts_of(const base::Value& member) {
  if (!member.is_list()) return {member.is_text() ? member.text() : base::write_json(member)};
  Texts texts;
  for (const base::Value& one : member.list()) texts.push_back(texts_of(one).front());
  return texts;
}

const Texts* find_key(const Keys& context, std::string_view key) {
  for (const auto& [name, values] : context) {
    if (lower_case(name) == lower_case(key)) return &values;
  }
  return nullptr;
}

ValueOf values_in(const Keys& context) {
  return [&context](std::string_view key) -> std::optional<std::string> {
    const Texts* values = find_key(context, key);
    if (values == nullptr || values->size() != 1) return std::nullopt;
    return values->front();
  };
}

bool conditions_hold(const base::Value& block, const Keys& context, const ValueOf* variables) {
  for (const auto& [name, lines] : block.map()) {
    for (const auto& [key, wanted] : lines.map()) {
      if (!line_holds(name, texts_of(wanted), find_key(context, key), variables)) return false;
    }
  }
  return true;
}

}  // namespace millrace::policy::testing
