#include "service/s3/form_policy.hpp"

#include "aws/error.hpp"
#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace millrace::service::s3 {

namespace {

using base::Value;

constexpr std::string_view length_operator = "content-length-range";

[[noreturn]] void invalid(const std::string& why) {
  throw aws::Error("InvalidPolicyDocument", "Invalid Policy: " + why);
}

[[noreturn]] void denied(const std::string& why) {
  throw aws::Error("AccessDenied", "Invalid according to Policy: " + why);
}

std::string text_of(const Value& value) {
  if (value.is_text()) return value.text();
  if (value.is_integer()) return std::to_string(value.integer());
  invalid("Invalid Simple-Condition: value must be a string.");
}

std::string quoted_text(const std::string& text) {
  std::string out;
  base::write_json_text(out, text);
  return out;
}

FormCondition condition(std::string_view how, const std::string& field, std::string value) {
  std::string words = "[\"" + std::string(how) + "\", " + quoted_text("$" + field) + ", " +
                      quoted_text(value) + "]";
  return {.is_prefix = how == "starts-with",
          .field = base::lower(field),
          .value = std::move(value),
          .words = std::move(words)};
}

std::uint64_t length_of(const Value& value) {
  const auto number = value.is_integer() ? std::optional(value.integer())
                      : value.is_text()  ? base::to_integer(value.text())
                                         : std::nullopt;
  if (!number || *number < 0) invalid("Invalid content-length-range: not a length.");
  return static_cast<std::uint64_t>(*number);
}

void read_triple(const base::List& parts, FormPolicy& policy) {
  if (parts.size() != 3 || !parts[0].is_text()) {
    invalid("Invalid Condition: wrong number of operands for the operation.");
  }
  const std::string how = base::lower(parts[0].text());
  if (how == length_operator) {
    policy.length = LengthRange{.least = length_of(parts[1]), .most = length_of(parts[2])};
    return;
  }
  if (how != "eq" && how != "starts-with") {
    invalid("Invalid Condition: unknown operation '" + parts[0].text() + "'.");
  }
  const std::string field = text_of(parts[1]);
  if (!field.starts_with('$')) invalid("Invalid Condition: field must begin with '$'.");
  policy.conditions.push_back(condition(how, field.substr(1), text_of(parts[2])));
}

void read_condition(const Value& value, FormPolicy& policy) {
  if (value.is_list()) return read_triple(value.list(), policy);
  if (!value.is_map()) invalid("Invalid Condition: must be an object or a list.");
  if (value.map().size() != 1) {
    invalid(
        "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.");
  }
  const auto& [field, wanted] = *value.map().begin();
  policy.conditions.push_back(condition("eq", field, text_of(wanted)));
}

bool holds(const FormCondition& condition, std::string_view value) {
  if (!condition.is_prefix) return value == condition.value;
  if (condition.field != "content-type") return value.starts_with(condition.value);
  return std::ranges::all_of(base::split(value, ','), [&](std::string_view one) {
    return base::trim(one).starts_with(condition.value);
  });
}

bool needs_no_condition(std::string_view field) {
  constexpr std::array<std::string_view, 5> names = {"policy", "file", "x-amz-signature",
                                                     "signature", "awsaccesskeyid"};
  return std::ranges::find(names, field) != names.end() || field.starts_with("x-ignore-");
}

bool is_named(const FormPolicy& policy, std::string_view field) {
  return std::ranges::find(policy.conditions, field, &FormCondition::field) !=
         policy.conditions.end();
}

}  // namespace

FormPolicy parse_form_policy(std::string_view in_base64) {
  const auto text = base::from_base64(in_base64);
  if (!text) invalid("Invalid Base64.");
  Value document;
  try {
    document = base::parse_json(*text);
  } catch (const base::JsonError&) {
    invalid("Invalid JSON.");
  }
  if (!document.is_map()) invalid("Invalid JSON.");
  const Value* expiration = document.find("expiration");
  if (!expiration || !expiration->is_text()) invalid("Policy missing expiration.");
  const auto expires = base::parse_iso8601(expiration->text());
  if (!expires) invalid("Invalid 'expiration' value: '" + expiration->text() + "'");
  const Value* conditions = document.find("conditions");
  if (!conditions || !conditions->is_list()) invalid("Policy missing conditions.");
  FormPolicy policy{.expires = *expires, .conditions = {}, .length = std::nullopt};
  for (const Value& one : conditions->list()) read_condition(one, policy);
  return policy;
}

void check_form(const FormPolicy& policy, const FormFields& fields, std::string_view bucket,
                base::Timestamp now) {
  if (policy.expires <= now) denied("Policy expired.");
  for (const FormCondition& condition : policy.conditions) {
    const auto field = fields.find(condition.field);
    std::string_view value = field == fields.end() ? std::string_view() : field->second;
    if (condition.field == "bucket") value = bucket;
    if (!holds(condition, value)) denied("Policy Condition failed: " + condition.words);
  }
  for (const auto& [field, value] : fields) {
    if (!needs_no_condition(field) && !is_named(policy, field)) {
      denied("Extra input fields: " + field);
    }
  }
}

}  // namespace millrace::service::s3
