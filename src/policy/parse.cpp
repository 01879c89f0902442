// Reading a policy document, with AWS's words for what is wrong in it.
#include "base/arn.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "base/value.hpp"
#include "policy/condition_keys.hpp"
#include "policy/policy.hpp"
#include "policy/positions.hpp"
#include "policy/principal_ids.hpp"
#include "policy/rules.hpp"

#include <algorithm>

namespace millrace::policy {
namespace {

using base::Map;
using base::Value;

constexpr std::string_view variables_since = "2012-10-17";

constexpr const char* syntax = "Syntax errors in policy.";
constexpr const char* invalid_json = "This policy contains invalid Json";

struct Grammar {
  PolicyKind kind;
  bool variables;
  [[nodiscard]] bool is_trust() const { return kind == PolicyKind::trust; }
  [[nodiscard]] bool is_resource() const {
    return kind == PolicyKind::resource || kind == PolicyKind::resource_control;
  }
  // AWS refuses the two in the same words, which are others than an identity's policy has.
  [[nodiscard]] bool names_principals() const { return is_trust() || is_resource(); }
};

[[noreturn]] void syntax_error(const Grammar& grammar) {
  if (grammar.is_resource()) throw MalformedPolicy("Invalid policy syntax.");
  throw MalformedPolicy(grammar.is_trust() ? invalid_json : syntax);
}

[[noreturn]] void missing_field(std::string_view name) {
  throw MalformedPolicy("Missing required field " + std::string(name));
}

// A text or a list of texts, as the grammar allows nearly everywhere.
std::vector<std::string> texts(const Value& value, const Grammar& grammar) {
  if (value.is_text()) return {value.text()};
  if (!value.is_list()) syntax_error(grammar);
  std::vector<std::string> all;
  for (const Value& one : value.list()) {
    if (!one.is_text()) syntax_error(grammar);
    all.push_back(one.text());
  }
  return all;
}

std::string scalar_text(const Value& value, const Grammar& grammar) {
  if (value.is_text()) return value.text();
  if (value.is_flag()) return value.flag() ? "true" : "false";
  if (value.is_number()) return base::write_json(value);
  syntax_error(grammar);
}

std::vector<std::string> scalar_texts(const Value& value, const Grammar& grammar) {
  if (!value.is_list()) return {scalar_text(value, grammar)};
  std::vector<std::string> all;
  for (const Value& one : value.list()) all.push_back(scalar_text(one, grammar));
  return all;
}

void check_fields(const Map& map, std::initializer_list<std::string_view> allowed,
                  const Grammar& grammar) {
  for (const auto& [name, value] : map) {
    if (std::find(allowed.begin(), allowed.end(), name) != allowed.end()) continue;
    if (grammar.names_principals()) throw MalformedPolicy("Unknown field " + name);
    syntax_error(grammar);
  }
}

// --- Sid, Effect

std::string read_sid(const Map& from, const Grammar& grammar) {
  const Value* sid = from.find("Sid");
  if (sid == nullptr) return {};
  if (!sid->is_text()) syntax_error(grammar);
  return sid->text();
}

bool read_denies(const Map& from, const Grammar& grammar) {
  const Value* effect = from.find("Effect");
  if (effect == nullptr && grammar.names_principals()) missing_field("Effect");
  if (effect == nullptr || !effect->is_text()) syntax_error(grammar);
  const auto is = [&](std::string_view word) {
    return grammar.names_principals() ? effect->text() == word
                                      : base::equal_ignoring_case(effect->text(), word);
  };
  if (is("Deny")) return true;
  if (is("Allow")) return false;
  if (grammar.names_principals()) throw MalformedPolicy("Invalid effect: " + effect->text());
  syntax_error(grammar);
}

// --- Action, NotAction

void check_trust_action(const std::string& action) {
  if (base::equal_ignoring_case(base::split(action, ':').front(), "sts")) return;
  throw MalformedPolicy("AssumeRole policy may only specify STS AssumeRole actions.");
}

void read_actions(const Map& from, const Grammar& grammar, Statement& into) {
  const Value* action = from.find("Action");
  const Value* not_action = from.find("NotAction");
  if (action != nullptr && not_action != nullptr) syntax_error(grammar);
  const Value* given = action != nullptr ? action : not_action;
  const auto actions = given != nullptr ? texts(*given, grammar) : std::vector<std::string>{};
  if (actions.empty() && grammar.names_principals()) missing_field("Action");
  into.all_but_actions = not_action != nullptr;
  for (const std::string& one : actions) {
    if (grammar.is_trust()) check_trust_action(one);
    into.actions.emplace_back(one, Pattern::Reading{.wildcards = true, .variables = false});
  }
}

// --- Resource, NotResource

void read_resources(const Map& from, const Grammar& grammar, Statement& into) {
  const Value* resource = from.find("Resource");
  const Value* not_resource = from.find("NotResource");
  if (resource != nullptr && not_resource != nullptr) syntax_error(grammar);
  const Value* given = resource != nullptr ? resource : not_resource;
  if (grammar.is_trust()) {
    if (given != nullptr) throw MalformedPolicy("Has prohibited field Resource");
    into.all_but_resources = true;  // all but none: the role that has the policy
    return;
  }
  const auto resources = given != nullptr ? texts(*given, grammar) : std::vector<std::string>{};
  if (resources.empty() && grammar.is_resource()) missing_field("Resource");
  into.all_but_resources = not_resource != nullptr;
  for (const std::string& one : resources) {
    into.resources.emplace_back(
        one, Pattern::Reading{.wildcards = true, .variables = grammar.variables});
  }
}

// --- Principal

[[noreturn]] void invalid_principal(const std::string& kind, const std::string& value) {
  throw MalformedPolicy("Invalid principal in policy: \"" + kind + "\":\"" + value + "\"");
}

void add_aws_principal(const std::string& value, Principals& into) {
  if (value == "*") {
    into.everyone = true;
    return;
  }
  if (const auto bound = parse_bound_principal(value)) {
    into.aws.emplace_back(bound->id);
    return;
  }
  const auto arn = base::parse_arn(value);
  const bool is_arn =
      arn && (arn->service == "iam" || arn->service == "sts") && is_account_id(arn->account);
  const bool has_wildcard = value.find_first_of("*?") != std::string::npos;
  const bool is_known = is_arn || is_account_id(value) || is_principal_id(value);
  if (has_wildcard || !is_known) invalid_principal("AWS", value);
  into.aws.push_back(value);
}

// arn:aws:iam::A:oidc-provider/HOST, arn:aws:iam::A:saml-provider/NAME, or a domain.
bool names_provider(const std::string& value) {
  if (!value.starts_with("arn:")) return value.find('.') != std::string::npos;
  const auto arn = base::parse_arn(value);
  return arn && arn->service == "iam" && is_account_id(arn->account) &&
         (arn->resource.starts_with("oidc-provider/") ||
          arn->resource.starts_with("saml-provider/"));
}

void add_principals(const std::string& kind, const std::vector<std::string>& values,
                    const Grammar& grammar, Principals& into) {
  for (const std::string& value : values) {
    if (kind == "AWS") {
      add_aws_principal(value, into);
    } else if (kind == "Service") {
      if (value.find('.') == std::string::npos) invalid_principal(kind, value);
      into.services.push_back(value);
    } else if (kind == "CanonicalUser" && grammar.is_resource()) {
      into.canonical.push_back(value);
    } else if (kind == "Federated") {
      if (!names_provider(value)) invalid_principal(kind, value);
      into.federated.push_back(value);
    } else {
      throw MalformedPolicy("Invalid principal in policy.");
    }
  }
}

void read_principals(const Map& from, const Grammar& grammar, Statement& into) {
  const Value* principal = from.find("Principal");
  const Value* not_principal = from.find("NotPrincipal");
  if (!grammar.names_principals()) {
    if (principal == nullptr && not_principal == nullptr) return;
    throw MalformedPolicy("Policy document should not specify a principal.");
  }
  if (not_principal != nullptr && grammar.is_trust()) {
    throw MalformedPolicy("Has prohibited field NotPrincipal");
  }
  if (principal != nullptr && not_principal != nullptr) syntax_error(grammar);
  into.principals.all_but = not_principal != nullptr;
  if (not_principal != nullptr) principal = not_principal;
  if (principal == nullptr) missing_field("Principal");
  if (principal->is_text() && principal->text() == "*") {
    into.principals.everyone = true;
    return;
  }
  if (!principal->is_map() || principal->map().empty())
    throw MalformedPolicy("Invalid principal in policy.");
  for (const auto& [kind, values] : principal->map())
    add_principals(kind, texts(values, grammar), grammar, into.principals);
}

// --- Condition

void check_condition_key(const std::string& key, const Grammar& grammar) {
  if (key.find(':') == std::string::npos && grammar.names_principals()) {
    throw MalformedPolicy(
        "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
  }
  if (grammar.kind == PolicyKind::aws_managed || !is_unsupplied_condition_key(key)) return;
  throw UnsupportedPolicy("The condition key " + key + " is not supported.");
}

void check_null_values(const std::vector<std::string>& values, const Grammar& grammar) {
  for (const std::string& value : values) {
    if (!base::equal_ignoring_case(value, "true") && !base::equal_ignoring_case(value, "false"))
      syntax_error(grammar);
  }
}

void read_conditions(const Map& from, const Grammar& grammar, Statement& into) {
  const Value* block = from.find("Condition");
  if (block == nullptr) return;
  if (!block->is_map()) syntax_error(grammar);
  for (const auto& [name, lines] : block->map()) {
    const auto how = parse_operator(name);
    if (!how && grammar.names_principals())
      throw MalformedPolicy("Invalid Condition type : " + name);
    if (!lines.is_map()) syntax_error(grammar);
    if (lines.map().empty()) continue;  // AWS takes any operator that compares nothing
    if (!how) syntax_error(grammar);
    for (const auto& [key, value] : lines.map()) {
      check_condition_key(key, grammar);
      const auto values = scalar_texts(value, grammar);
      if (values.empty() && grammar.names_principals()) syntax_error(grammar);
      if (how->comparison == Comparison::null) check_null_values(values, grammar);
      into.conditions.emplace_back(*how, key, values, grammar.variables);
    }
  }
}

// --- the whole

// What AWS lets customers write of this kind: what is allowed anyway is narrowed for everybody.
void check_resource_control(const Map& from, const Statement& statement) {
  if (statement.denies && statement.principals.everyone && !statement.principals.all_but &&
      !statement.all_but_actions) {
    const auto actions = texts(*from.find("Action"), {.kind = PolicyKind::resource});
    if (std::find(actions.begin(), actions.end(), "*") == actions.end()) return;
  }
  throw MalformedPolicy(
      "The provided policy document does not meet the requirements of the specified policy type.");
}

Statement read_statement(const Value& from, const Grammar& grammar) {
  if (!from.is_map()) syntax_error(grammar);
  check_fields(from.map(),
               {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal",
                "NotPrincipal", "Condition"},
               grammar);
  Statement statement;
  statement.sid = read_sid(from.map(), grammar);
  statement.denies = read_denies(from.map(), grammar);
  read_principals(from.map(), grammar, statement);
  read_actions(from.map(), grammar, statement);
  read_resources(from.map(), grammar, statement);
  read_conditions(from.map(), grammar, statement);
  if (grammar.kind == PolicyKind::resource_control) check_resource_control(from.map(), statement);
  return statement;
}

std::string read_version(const Map& from, PolicyKind kind) {
  const Grammar grammar{.kind = kind};
  const Value* version = from.find("Version");
  if (version != nullptr && !version->is_text()) syntax_error(grammar);
  const std::string_view text =
      version != nullptr ? std::string_view(version->text()) : "2008-10-17";
  if (text != "2008-10-17" && text != variables_since) {
    if (grammar.names_principals())
      throw MalformedPolicy("The policy must contain a valid version string");
    syntax_error(grammar);
  }
  return std::string(text);
}

Value parse_document(std::string_view document, const Grammar& grammar) {
  if (grammar.is_resource() && !document.starts_with('{')) {
    throw MalformedPolicy("Policies must be valid JSON and the first byte must be '{'");
  }
  try {
    return base::parse_json(document);
  } catch (const base::JsonError&) {
    throw MalformedPolicy(grammar.names_principals() ? invalid_json : syntax);
  }
}

}  // namespace

Policy parse_policy(std::string_view document, PolicyKind kind) {
  Grammar grammar{.kind = kind};
  const Value whole = parse_document(document, grammar);
  if (!whole.is_map()) syntax_error(grammar);
  check_fields(whole.map(), {"Version", "Id", "Statement"}, grammar);
  Policy policy;
  policy.version = read_version(whole.map(), kind);
  grammar.variables = policy.version == variables_since;

  const Value* statements = whole.find("Statement");
  if (statements == nullptr && grammar.names_principals()) missing_field("Statement");
  if (statements == nullptr) syntax_error(grammar);
  if (statements->is_map()) {
    policy.statements.push_back(read_statement(*statements, grammar));
  } else if (statements->is_list() && !statements->list().empty()) {
    for (const Value& one : statements->list())
      policy.statements.push_back(read_statement(one, grammar));
  } else {
    if (grammar.is_resource()) {
      throw MalformedPolicy("Could not parse the policy: Statement is empty!");
    }
    syntax_error(grammar);
  }
  if (grammar.names_principals()) check_sids(policy);
  const std::vector<Span> spans = statement_spans(document);
  for (std::size_t i = 0; i < spans.size() && i < policy.statements.size(); ++i) {
    policy.statements[i].span = spans[i];
  }
  index_statements(policy);
  return policy;
}

}  // namespace millrace::policy
