// How a Condition's line decides: missing keys, IfExists, sets of values, negation.
#include "policy/condition.hpp"

#include "base/text.hpp"
#include "policy/comparison.hpp"

#include <algorithm>
#include <iterator>

namespace millrace::policy {
namespace {

struct Named {
  std::string_view name;
  Comparison comparison;
  bool negated = false;
};

constexpr Named operators[] = {
    {"StringEquals", Comparison::string_equals},
    {"StringNotEquals", Comparison::string_equals, true},
    {"StringEqualsIgnoreCase", Comparison::string_equals_ignore_case},
    {"StringNotEqualsIgnoreCase", Comparison::string_equals_ignore_case, true},
    {"StringLike", Comparison::string_like},
    {"StringNotLike", Comparison::string_like, true},
    {"NumericEquals", Comparison::numeric_equals},
    {"NumericNotEquals", Comparison::numeric_equals, true},
    {"NumericLessThan", Comparison::numeric_less},
    {"NumericLessThanEquals", Comparison::numeric_less_equals},
    {"NumericGreaterThan", Comparison::numeric_greater},
    {"NumericGreaterThanEquals", Comparison::numeric_greater_equals},
    {"DateEquals", Comparison::date_equals},
    {"DateNotEquals", Comparison::date_equals, true},
    {"DateLessThan", Comparison::date_less},
    {"DateLessThanEquals", Comparison::date_less_equals},
    {"DateGreaterThan", Comparison::date_greater},
    {"DateGreaterThanEquals", Comparison::date_greater_equals},
    {"Bool", Comparison::boolean},
    {"BinaryEquals", Comparison::binary_equals},
    {"IpAddress", Comparison::ip_address},
    {"NotIpAddress", Comparison::ip_address, true},
    {"ArnEquals", Comparison::arn_like},
    {"ArnNotEquals", Comparison::arn_like, true},
    {"ArnLike", Comparison::arn_like},
    {"ArnNotLike", Comparison::arn_like, true},
    {"Null", Comparison::null},
};

constexpr std::string_view if_exists = "IfExists";
constexpr std::string_view for_all = "ForAllValues:";
constexpr std::string_view for_any = "ForAnyValue:";

bool takes_prefix(std::string_view& name, std::string_view prefix) {
  if (!base::equal_ignoring_case(name.substr(0, prefix.size()), prefix)) return false;
  name.remove_prefix(prefix.size());
  return true;
}

bool takes_suffix(std::string_view& name, std::string_view suffix) {
  const std::string_view end = name.substr(name.size() - std::min(name.size(), suffix.size()));
  if (!base::equal_ignoring_case(end, suffix)) return false;
  name.remove_suffix(suffix.size());
  return true;
}

}  // namespace

std::optional<Operator> parse_operator(std::string_view name) {
  Operator result;
  if (takes_prefix(name, for_all)) {
    result.set = Operator::Set::all;
  } else if (takes_prefix(name, for_any)) {
    result.set = Operator::Set::any;
  }
  result.if_exists = takes_suffix(name, if_exists);
  const auto* found = std::find_if(
      std::begin(operators), std::end(operators),
      [name](const Named& known) { return base::equal_ignoring_case(known.name, name); });
  if (found == std::end(operators)) return std::nullopt;
  const bool is_null = found->comparison == Comparison::null;
  if (is_null && (result.if_exists || result.set != Operator::Set::none)) return std::nullopt;
  result.comparison = found->comparison;
  result.negated = found->negated;
  result.name = found->name;
  return result;
}

std::string to_text(const Operator& how) {
  std::string text;
  if (how.set == Operator::Set::all) text += for_all;
  if (how.set == Operator::Set::any) text += for_any;
  text += how.name;
  return how.if_exists ? text.append(if_exists) : text;
}

Condition::Condition(Operator how, std::string key, const std::vector<std::string>& values,
                     bool variables)
    : operator_(how), key_(std::move(key)), texts_(values) {
  const bool wildcards =
      how.comparison == Comparison::string_like || how.comparison == Comparison::arn_like;
  // AWS replaces variables where texts and ARNs are compared, and nowhere else.
  const bool compares_texts = wildcards || how.comparison == Comparison::string_equals ||
                              how.comparison == Comparison::string_equals_ignore_case;
  const Pattern::Reading reading{.wildcards = wildcards, .variables = variables && compares_texts};
  for (const std::string& value : values) {
    if (how.comparison == Comparison::arn_like) {
      arns_.emplace_back(value, reading);
    } else if (compares_texts) {
      values_.emplace_back(value, reading);
    }
  }
}

bool Condition::holds(const Context& context) const {
  const auto given = context.find(key_);
  const bool missing = !given || given->empty();
  if (operator_.comparison == Comparison::null) return wants_null(missing);
  if (missing) return holds_without_key();
  const auto accepted = [&](const std::string& value) { return accepts(value, context); };
  // Without a set operator a negated comparison must hold for whatever the request gives.
  const bool of_all = operator_.set == Operator::Set::all ||
                      (operator_.set == Operator::Set::none && operator_.negated);
  return of_all ? std::all_of(given->begin(), given->end(), accepted)
                : std::any_of(given->begin(), given->end(), accepted);
}

// Of no values none can match, which AWS holds against IfExists too.
bool Condition::holds_without_key() const {
  if (operator_.set == Operator::Set::any) return false;
  return operator_.if_exists || operator_.negated || operator_.set == Operator::Set::all;
}

bool Condition::accepts(const std::string& given, const Context& context) const {
  return matches_any(given, context) != operator_.negated;
}

bool Condition::matches_any(const std::string& given, const Context& context) const {
  const auto any = [](const auto& all, const auto& matches) {
    return std::any_of(all.begin(), all.end(), matches);
  };
  switch (operator_.comparison) {
    case Comparison::arn_like:
      return any(arns_, [&](const ArnPattern& arn) { return arn.matches(given, context); });
    case Comparison::string_equals:
    case Comparison::string_like:
      return any(values_, [&](const Pattern& value) { return value.matches(given, context); });
    case Comparison::string_equals_ignore_case:
      return any(values_, [&](const Pattern& value) {
        return value.matches(given, context, Pattern::Case::ignored);
      });
    default:
      return any(texts_, [&](const std::string& wanted) {
        return compare(operator_.comparison, given, wanted);
      });
  }
}

bool Condition::wants_null(bool missing) const {
  const std::string_view wanted = missing ? "true" : "false";
  return std::any_of(texts_.begin(), texts_.end(), [wanted](const std::string& text) {
    return base::equal_ignoring_case(text, wanted);
  });
}

void Condition::add_variables(std::vector<std::string>& keys) const {
  for (const Pattern& value : values_) value.add_variables(keys);
  for (const ArnPattern& arn : arns_) arn.add_variables(keys);
}

}  // namespace millrace::policy
