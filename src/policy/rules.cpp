#include "policy/rules.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "policy/comparison.hpp"
#include "policy/dates.hpp"
#include "policy/resources.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

namespace millrace::policy {
namespace {

using base::Map;
using base::Value;
using Texts = std::vector<std::string>;

[[noreturn]] void legacy_failure() { throw MalformedPolicy("The policy failed legacy parsing"); }

// The older one of AWS's parsers reads what IAM keeps, not what comes with a call.
bool is_kept(PolicyKind kind) {
  return kind == PolicyKind::inline_identity || kind == PolicyKind::managed;
}

// Their grammar is another one, and is the parser's.
bool names_principals(PolicyKind kind) {
  return kind == PolicyKind::trust || kind == PolicyKind::resource ||
         kind == PolicyKind::resource_control;
}

std::vector<const Map*> statements_of(const Value& document) {
  const Value& given = *document.find("Statement");
  if (given.is_map()) return {&given.map()};
  std::vector<const Map*> all;
  for (const Value& one : given.list()) all.push_back(&one.map());
  return all;
}

// What either element of a pair lists; at most one of them is there.
Texts texts_of(const Map& statement, std::string_view element) {
  const Value* given = statement.find(element);
  if (given == nullptr) given = statement.find("Not" + std::string(element));
  if (given == nullptr) return {};
  if (given->is_text()) return {given->text()};
  Texts all;
  for (const Value& one : given->list()) all.push_back(one.text());
  return all;
}

// --- conditions' values

bool is_base64(const std::string& value) { return base::from_base64(value).has_value(); }

bool is_number(const std::string& value) {
  const auto number = base::to_number(value);
  return number && std::isfinite(*number);
}

// Variables are not replaced in the first five fields, and one alone is no ARN.
bool is_arn_pattern(const std::string& value) {
  constexpr std::size_t fields = 6;
  return value == "*" || (value.starts_with("arn:") && base::split(value, ':').size() >= fields);
}

bool fits(Comparison comparison, const std::string& value) {
  switch (comparison) {
    case Comparison::numeric_equals:
    case Comparison::numeric_less:
    case Comparison::numeric_less_equals:
    case Comparison::numeric_greater:
    case Comparison::numeric_greater_equals:
      return is_number(value);
    case Comparison::date_equals:
    case Comparison::date_less:
    case Comparison::date_less_equals:
    case Comparison::date_greater:
    case Comparison::date_greater_equals:
      return is_policy_date(value);
    case Comparison::ip_address:
      return is_address_range(value);
    case Comparison::arn_like:
      return is_arn_pattern(value);
    default:
      return true;
  }
}

bool conditions_fit(const Policy& policy) {
  for (const Statement& statement : policy.statements) {
    for (const Condition& condition : statement.conditions) {
      const auto one_fits = [&](const std::string& value) {
        return fits(condition.how().comparison, value);
      };
      if (!std::ranges::all_of(condition.texts(), one_fits)) return false;
    }
  }
  return true;
}

[[noreturn]] void syntax_error() { throw MalformedPolicy("Syntax errors in policy."); }

void check_id(const Value& document) {
  const Value* id = document.find("Id");
  if (id != nullptr && !id->is_text()) syntax_error();
}

void check_binaries(const Policy& policy) {
  for (const Statement& statement : policy.statements) {
    for (const Condition& condition : statement.conditions) {
      if (condition.how().comparison != Comparison::binary_equals) continue;
      if (!std::ranges::all_of(condition.texts(), is_base64)) syntax_error();
    }
  }
}

// --- what the older parser does not take

// A statement that is not in a list must follow the version.
bool is_in_order(const Map& document) {
  for (const auto& [name, value] : document) {
    if (name == "Version") return true;
    if (name == "Statement" && value.is_map()) return document.find("Version") == nullptr;
  }
  return true;
}

bool has_exact_effect(const Map& statement) {
  const std::string& effect = statement.find("Effect")->text();
  return effect == "Allow" || effect == "Deny";
}

void parse_as_legacy(std::string_view text, const Value& document, const Policy& policy) {
  if (!text.starts_with('{') || !is_in_order(document.map())) legacy_failure();
  for (const Map* statement : statements_of(document)) {
    if (!has_exact_effect(*statement)) legacy_failure();
    if (std::ranges::any_of(texts_of(*statement, "Resource"), fails_legacy_parsing))
      legacy_failure();
  }
  if (!conditions_fit(policy)) legacy_failure();
}

// --- ids, actions

void check_sid(const std::string& sid) {
  const bool is_plain = std::ranges::all_of(sid, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
  if (is_plain) return;
  throw MalformedPolicy(
      "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular "
      "expression [0-9A-Za-z]*");
}

bool is_vendor(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.';
  });
}

void check_action(const std::string& action) {
  if (action == "*") return;
  const auto parts = base::split(action, ':');
  if (parts.size() == 1) {
    throw MalformedPolicy(
        "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
  }
  if (parts.size() > 2) throw MalformedPolicy("Actions/Condition can contain only one colon.");
  if (parts.front().find_first_of("*?") != std::string_view::npos) {
    throw MalformedPolicy("Action vendors (e.g., aws, ec2, etc.) must not contain wildcards.");
  }
  if (is_vendor(parts.front())) return;
  throw MalformedPolicy("Vendor " + std::string(parts.front()) + " is not valid");
}

template <class Check>
void check_each(const std::vector<const Map*>& statements, std::string_view element, Check check) {
  for (const Map* statement : statements) {
    for (const std::string& one : texts_of(*statement, element)) check(one);
  }
}

void check_present(const std::vector<const Map*>& statements, std::string_view element,
                   const char* words) {
  for (const Map* statement : statements) {
    if (texts_of(*statement, element).empty()) throw MalformedPolicy(words);
  }
}

// --- trust

void check_trust_action(const std::string& action) {
  constexpr std::string_view known[] = {"sts:AssumeRole",         "sts:AssumeRoleWithWebIdentity",
                                        "sts:AssumeRoleWithSAML", "sts:TagSession",
                                        "sts:SetSourceIdentity",  "sts:SetContext"};
  if (std::ranges::find(known, action) != std::end(known)) return;
  throw MalformedPolicy("AssumeRole policy may only specify STS AssumeRole actions.");
}

void check_trust(std::string_view text) {
  if (!text.starts_with('{')) throw MalformedPolicy("JSON strings must not have leading spaces");
  const Value document = base::parse_json(text);
  for (const Map* statement : statements_of(document)) {
    if (*statement->find("Principal") == Value("*"))
      throw MalformedPolicy(R"(AssumeRolepolicy contained an invalid principal: "STAR":"*".)");
  }
  check_each(statements_of(document), "Action", check_trust_action);
}

void check_version(const Policy& policy, PolicyKind kind) {
  if (kind == PolicyKind::managed && policy.version != "2012-10-17")
    throw MalformedPolicy("Policy document must be version 2012-10-17 or greater.");
}

}  // namespace

void check_sids(const Policy& policy) {
  std::set<std::string_view> seen;
  for (const Statement& statement : policy.statements) {
    if (statement.sid.empty() || seen.insert(statement.sid).second) continue;
    throw MalformedPolicy("Statement IDs (SID) in a single policy must be unique.");
  }
}

void check_rules(std::string_view document, const Policy& parsed, PolicyKind kind) {
  if (kind == PolicyKind::trust) return check_trust(document);
  if (names_principals(kind)) return;
  const Value whole = base::parse_json(document);
  const std::vector<const Map*> statements = statements_of(whole);
  const Rigour rigour = is_kept(kind) ? Rigour::identity_policies : Rigour::control_policies;
  check_id(whole);
  check_binaries(parsed);
  check_version(parsed, kind);
  if (is_kept(kind)) parse_as_legacy(document, whole, parsed);
  for (const Statement& statement : parsed.statements) check_sid(statement.sid);
  check_sids(parsed);
  check_present(statements, "Action", "Policy statement must contain actions.");
  check_each(statements, "Resource", [&](const std::string& one) { check_resource(one, rigour); });
  check_present(statements, "Resource", "Policy statement must contain resources.");
  check_each(statements, "Action", check_action);
}

}  // namespace millrace::policy
