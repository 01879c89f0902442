// What organisations hold control policies to, beyond the policy language: resource control
// policies speak of certain services' actions.
#include "base/json.hpp"
#include "base/value.hpp"
#include "organizations/control_policies.hpp"
#include "organizations/refused.hpp"
#include "policy/rules.hpp"

#include <algorithm>
#include <array>

namespace millrace::organizations {
namespace {

using base::Value;

// Services whose resources AWS guards by resource control policies.
constexpr auto guarded_services =
    std::to_array<std::string_view>({"aoss", "cognito-identity", "cognito-idp", "dynamodb", "ecr",
                                     "kms", "logs", "s3", "secretsmanager", "sqs", "sts"});

[[noreturn]] void malformed() {
  throw Refused(Why::malformed_policy,
                "The provided policy document does not meet the requirements of the specified "
                "policy type.");
}

std::vector<Value> as_list(const Value& value) {
  return value.is_list() ? value.list() : std::vector<Value>{value};
}

bool is_guarded(const Value& action) {
  if (!action.is_text()) return false;
  const std::string& text = action.text();
  const std::string_view service = std::string_view(text).substr(0, text.find(':'));
  return text.find(':') != std::string::npos &&
         std::find(guarded_services.begin(), guarded_services.end(), service) !=
             guarded_services.end();
}

void check_resource_control(const Value& statement) {
  const Value* actions = statement.find("Action");
  if (actions == nullptr) malformed();  // NotAction is not of this language
  const auto all = as_list(*actions);
  if (!std::all_of(all.begin(), all.end(), is_guarded)) malformed();
}

void check_resource_control(const std::string& content) {
  const Value document = base::parse_json(content);
  for (const Value& statement : as_list(*document.find("Statement")))
    check_resource_control(statement);
}

policy::PolicyKind kind_of(PolicyType type) {
  return type == PolicyType::service_control ? policy::PolicyKind::service_control
                                             : policy::PolicyKind::resource_control;
}

}  // namespace

std::shared_ptr<const policy::Policy> parse_control(const std::string& content, PolicyType type) {
  const auto kind = kind_of(type);
  try {
    return std::make_shared<const policy::Policy>(policy::parse_policy(content, kind));
  } catch (const policy::MalformedPolicy&) {
    malformed();
  }
}

std::shared_ptr<const policy::Policy> put_control(const std::string& content, PolicyType type) {
  auto parsed = parse_control(content, type);
  try {
    policy::check_rules(content, *parsed, kind_of(type));
  } catch (const policy::MalformedPolicy&) {
    malformed();
  }
  if (type == PolicyType::resource_control) check_resource_control(content);
  return parsed;
}

}  // namespace millrace::organizations
