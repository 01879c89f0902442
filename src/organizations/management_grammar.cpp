// The grammar of management policies: elements of their type, with operators of inheritance in
// them.
#include "base/json.hpp"
#include "base/text.hpp"
#include "organizations/management_policies.hpp"
#include "organizations/refused.hpp"

#include <algorithm>

namespace millrace::organizations {
namespace {

using base::Map;
using base::Value;

constexpr std::string_view allowed_for_children = "@@operators_allowed_for_child_policies";

[[noreturn]] void malformed() {
  throw Refused(Why::malformed_policy,
                "The provided policy document does not meet the requirements of the specified "
                "policy type.");
}

const Map& map_in(const Value& value) {
  if (!value.is_map()) malformed();
  return value.map();
}

const std::string& text_in(const Value& value) {
  if (!value.is_text()) malformed();
  return value.text();
}

void check_allowed(const Value& value) {
  constexpr std::string_view known[] = {"@@all", "@@none", "@@assign", "@@append", "@@remove"};
  if (!value.is_list() || value.list().empty()) malformed();
  for (const Value& one : value.list()) {
    if (std::ranges::find(known, text_in(one)) == std::end(known)) malformed();
  }
}

// Calls `each` with the elements in a container that are no operators.
template <class Each>
void elements(const Value& container, Each each) {
  for (const auto& [name, value] : map_in(container)) {
    if (name == allowed_for_children) {
      check_allowed(value);
    } else if (name.starts_with("@@")) {
      malformed();
    } else {
      each(name, value);
    }
  }
}

// Calls `each` with the operators that set a value, and what they set.
template <class Each>
void operators(const Value& setting, Each each) {
  for (const auto& [name, value] : map_in(setting)) {
    if (name == allowed_for_children) {
      check_allowed(value);
    } else {
      each(name, value);
    }
  }
}

const Value& only_element(const Value& document, std::string_view name) {
  const Map& map = map_in(document);
  if (map.size() != 1 || map.begin()->first != name) malformed();
  return map.begin()->second;
}

// --- AI services opt-out policies

bool is_service_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
}

void check_opt_out(const std::string& name, const Value& setting) {
  if (name != "opt_out_policy") malformed();
  operators(setting, [](const std::string& how, const Value& value) {
    const std::string& text = text_in(value);
    if (how != "@@assign" || (text != "optIn" && text != "optOut")) malformed();
  });
}

void check_services(const Value& document) {
  elements(only_element(document, "services"), [](const std::string& name, const Value& service) {
    if (!is_service_name(name)) malformed();
    elements(service, check_opt_out);
  });
}

// --- tag policies

void check_tag_key(const std::string& key, const Value& setting) {
  operators(setting, [&](const std::string& how, const Value& value) {
    if (how != "@@assign" || !base::equal_ignoring_case(text_in(value), key)) malformed();
  });
}

void check_list(const Value& setting, void (*check)(const std::string&)) {
  operators(setting, [check](const std::string& how, const Value& value) {
    if (how != "@@assign" && how != "@@append" && how != "@@remove") malformed();
    if (!value.is_list()) malformed();
    for (const Value& one : value.list()) check(text_in(one));
  });
}

void check_tag_value(const std::string& value) {
  if (std::ranges::count(value, '*') > 1) malformed();
}

// Tags of the resources that are here are not held to policies, which nobody shall believe.
void check_enforced(const std::string& type) {
  constexpr std::string_view built[] = {"cloudwatch",    "iam", "logs",
                                        "organizations", "s3",  "sagemaker"};
  const std::size_t colon = type.find(':');
  if (colon == std::string::npos || colon == 0 || type.starts_with("*")) malformed();
  if (std::ranges::find(built, std::string_view(type).substr(0, colon)) == std::end(built)) return;
  throw policy::UnsupportedPolicy("Tag policies are not enforced for " + type + ".");
}

void check_tags(const Value& document) {
  elements(only_element(document, "tags"), [](const std::string& key, const Value& tag) {
    elements(tag, [&key](const std::string& name, const Value& setting) {
      if (name == "tag_key") return check_tag_key(key, setting);
      if (name == "tag_value") return check_list(setting, check_tag_value);
      if (name == "enforced_for") return check_list(setting, check_enforced);
      malformed();
    });
  });
}

}  // namespace

bool is_management(PolicyType type) {
  return type == PolicyType::aiservices_opt_out || type == PolicyType::tag;
}

void check_management(const std::string& content, PolicyType type) {
  Value document;
  try {
    document = base::parse_json(content);
  } catch (const base::JsonError&) {
    malformed();
  }
  if (type == PolicyType::tag) return check_tags(document);
  check_services(document);
}

}  // namespace millrace::organizations
