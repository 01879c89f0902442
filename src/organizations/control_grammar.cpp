// What organisations hold control policies to, beyond the policy language: resource control
// policies speak of certain services' actions.
#include "base/json.hpp"
#include "base/text.hpp"
#include "base/value.hpp"
#include "organizations/control_policies.hpp"
#include "organizations/refused.hpp"
#include "policy/resource_controls.hpp"
#include "policy/rules.hpp"

#include <algorithm>

namespace millrace::organizations {
namespace {

using base::Value;

[[noreturn]] void malformed() {
  throw Refused(Why::malformed_policy,
                "The provided policy document does not meet the requirements of the specified "
                "policy type.");
}

std::vector<Value> as_list(const Value& value) {
  return value.is_list() ? value.list() : std::vector<Value>{value};
}

// Actions go by any case.
bool is_guarded(const Value& action) {
  if (!action.is_text()) return false;
  const std::string text = base::lower(action.text());
  const std::size_t colon = text.find(':');
  return colon != std::string::npos && policy::has_resource_controls(text.substr(0, colon));
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
