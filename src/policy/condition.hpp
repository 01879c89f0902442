// A policy's Condition block: every operator of IAM, with IfExists, ForAllValues and ForAnyValue.
#pragma once

#include "policy/context.hpp"
#include "policy/pattern.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::policy {

enum class Comparison {
  string_equals,
  string_equals_ignore_case,
  string_like,
  numeric_equals,
  numeric_less,
  numeric_less_equals,
  numeric_greater,
  numeric_greater_equals,
  date_equals,
  date_less,
  date_less_equals,
  date_greater,
  date_greater_equals,
  boolean,
  binary_equals,
  ip_address,
  arn_like,  // ArnEquals too: AWS treats them alike
  null,
};

// "ForAllValues:StringNotLikeIfExists", taken apart.
struct Operator {
  enum class Set { none, all, any };
  Comparison comparison = Comparison::string_equals;
  bool negated = false;
  bool if_exists = false;
  Set set = Set::none;
  std::string_view name = {};  // "StringNotLike"; of a table that outlives all
};

// As it is written in a policy.
[[nodiscard]] std::string to_text(const Operator& how);

// Nothing when IAM has no such operator.
[[nodiscard]] std::optional<Operator> parse_operator(std::string_view name);

// One line of a Condition block: an operator, a key and the values of the policy.
class Condition {
 public:
  Condition(Operator how, std::string key, const std::vector<std::string>& values, bool variables);

  [[nodiscard]] bool holds(const Context& context) const;
  [[nodiscard]] const std::string& key() const { return key_; }
  [[nodiscard]] const Operator& how() const { return operator_; }
  [[nodiscard]] const std::vector<std::string>& texts() const { return texts_; }
  // The keys that its values name as variables.
  void add_variables(std::vector<std::string>& keys) const;

 private:
  [[nodiscard]] bool holds_without_key() const;
  [[nodiscard]] bool accepts(const std::string& given, const Context& context) const;
  [[nodiscard]] bool matches_any(const std::string& given, const Context& context) const;
  [[nodiscard]] bool wants_null(bool missing) const;

  Operator operator_;
  std::string key_;
  std::vector<std::string> texts_;  // of the policy's values
  std::vector<Pattern> values_;     // the same, when texts are compared
  std::vector<ArnPattern> arns_;    // when ARNs are
};

}  // namespace millrace::policy
