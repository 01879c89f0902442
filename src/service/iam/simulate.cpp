// The policy simulator: what policies would decide, without doing anything, and what keys they
// name.
#include "base/arn.hpp"
#include "identity/simulation.hpp"
#include "policy/principal_ids.hpp"
#include "policy/rules.hpp"
#include "service/iam/answers.hpp"
#include "service/iam/service.hpp"

#include <algorithm>
#include <map>

namespace millrace::service::iam {
namespace {

using aws::List;
using aws::Map;
using aws::Value;
using aws::View;
using Effect = policy::Decision::Effect;
using Texts = std::vector<std::string>;

// Of a page, actions times resources: AWS names no bound, and some would take hours.
constexpr std::size_t simulations_limit = 10'000;

struct Simulate {
  std::string source_arn;  // empty: a custom policy
  Texts policies;
  Texts boundaries;
  std::vector<Texts> levels;  // of an organisation, from its root on
  Texts actions;
  Texts resources;
  std::optional<std::string> resource_policy;
  std::optional<std::string> resource_owner;
  std::optional<std::string> caller;
  policy::Conditions context;
  Paging paging;
};

[[noreturn]] void invalid_input(const std::string& why) {
  throw aws::Error("InvalidInput", why, 400);
}

policy::Conditions read_context(const View& in) {
  policy::Conditions context;
  for (const View& entry : in.take("ContextEntries").views()) {
    // Values are compared as texts, so their declared type adds nothing.
    (void)entry.keep("ContextKeyType");
    const auto name = entry.take("ContextKeyName").optional_text();
    if (!name) invalid_input("A context entry must have a context key name.");
    context[*name] = entry.take("ContextKeyValues").texts();
  }
  return context;
}

Simulate read_common(const View& in) {
  return {.source_arn = "",
          .policies = in.take("PolicyInputList").texts(),
          .boundaries = in.take("PermissionsBoundaryPolicyInputList").texts(),
          .levels = {},
          .actions = in.take("ActionNames").texts(),
          .resources = in.take("ResourceArns").texts(),
          .resource_policy = in.take("ResourcePolicy").optional_text(),
          .resource_owner = in.take("ResourceOwner").optional_text(),
          .caller = in.take("CallerArn").optional_text(),
          .context = read_context(in),
          .paging = read_paging(in)};
}

Simulate read_custom(const View& in) {
  Simulate ask = read_common(in);
  for (const View& level : in.take("OrderedOrganizationPolicyInputList").views()) {
    ask.levels.push_back(level.take("ServiceControlPolicyInputList").texts());
  }
  return ask;
}

Simulate read_principal(const View& in) {
  Simulate ask = read_common(in);
  ask.source_arn = in.take("PolicySourceArn").text();
  return ask;
}

// --- what is simulated

policy::NamedPolicy given_policy(const std::string& list, std::size_t place,
                                 const std::string& document, policy::PolicyKind kind) {
  const identity::PolicyText text = identity::policy_text(document, kind);
  // As a session's: what is only simulated need not be of the form that IAM keeps.
  policy::check_rules(document, *text.parsed, policy::PolicyKind::session);
  return {.name = list + "." + std::to_string(place + 1), .policy = text.parsed};
}

void add_policies(const std::string& list, const Texts& documents, policy::PolicyKind kind,
                  std::vector<policy::NamedPolicy>& policies) {
  for (std::size_t i = 0; i < documents.size(); ++i) {
    policies.push_back(given_policy(list, i, documents[i], kind));
  }
}

identity::Simulated source(Service& service, const aws::Call& call, const std::string& arn) {
  auto found = identity::simulated(service.directory, call.account, arn);
  if (!found) {
    invalid_input("Invalid Entity Arn: " + arn + " does not clearly define entity type and name.");
  }
  return *std::move(found);
}

policy::Principal given_caller(const std::string& arn) {
  auto caller = identity::simulated_caller(arn);
  if (!caller) {
    invalid_input("Invalid Entity Arn: " + arn + " does not clearly define entity type and name.");
  }
  return *std::move(caller);
}

std::string owner_account(const std::string& owner) {
  if (policy::is_account_id(owner)) return owner;
  const auto arn = base::parse_arn(owner);
  if (!arn || !policy::is_account_id(arn->account)) {
    invalid_input("Invalid ResourceOwner: " + owner);
  }
  return arn->account;
}

void add_resource_policy(const Simulate& ask, identity::Simulated& who) {
  if (!ask.resource_policy) return;
  const std::string owner =
      ask.resource_owner ? owner_account(*ask.resource_owner) : who.principal.account;
  who.guard = policy::Guard{
      .arn = "",
      .account = owner,
      .owner = owner,
      .policy = identity::policy_text(*ask.resource_policy, policy::PolicyKind::resource).parsed,
      .acl = nullptr};
}

std::shared_ptr<const policy::Ceiling> given_ceiling(const std::vector<Texts>& levels) {
  auto ceiling = std::make_shared<policy::Ceiling>();
  for (const Texts& level : levels) {
    auto& policies = ceiling->service_controls.emplace_back();
    add_policies("ServiceControlPolicyInputList", level, policy::PolicyKind::service_control,
                 policies);
  }
  return ceiling;
}

identity::Simulated subject(Service& service, const aws::Call& call, const Simulate& ask) {
  constexpr auto kind = policy::PolicyKind::inline_identity;
  identity::Simulated who;
  if (ask.source_arn.empty()) {
    who.principal = call.principal;
    // Whoever asks, the policies given are those of a user, who has nothing beside them.
    who.principal.kind = policy::Principal::Kind::user;
  } else {
    who = source(service, call, ask.source_arn);
  }
  const bool is_custom = ask.source_arn.empty();
  if (ask.resource_policy && is_custom && !ask.caller) {
    invalid_input("CallerArn must be provided when ResourcePolicy is provided.");
  }
  if (ask.caller) who.principal = given_caller(*ask.caller);
  add_policies("PolicyInputList", ask.policies, kind, who.standing.identity);
  if (ask.boundaries.size() > 1) {
    invalid_input("Only one permissions boundary policy can be simulated.");
  }
  if (!ask.boundaries.empty()) {
    who.standing.boundary =
        given_policy("PermissionsBoundaryPolicyInputList", 0, ask.boundaries.front(), kind);
  }
  if (!ask.levels.empty()) who.ceiling = given_ceiling(ask.levels);
  add_resource_policy(ask, who);
  return who;
}

// --- answers

std::string_view decision_word(Effect effect) {
  switch (effect) {
    case Effect::allowed:
      return "allowed";
    case Effect::implicit_deny:
      return "implicitDeny";
    case Effect::explicit_deny:
      return "explicitDeny";
  }
  return "implicitDeny";
}

Map position(std::uint32_t line, std::uint32_t column) {
  return {{"Line", std::int64_t{line}}, {"Column", std::int64_t{column}}};
}

Map matched_answer(const identity::MatchedStatement& matched) {
  return {{"SourcePolicyId", matched.policy},
          {"SourcePolicyType", matched.is_of_resource ? "Resource Policy" : "IAM Policy"},
          {"StartPosition", position(matched.span.start_line, matched.span.start_column)},
          {"EndPosition", position(matched.span.end_line, matched.span.end_column)}};
}

// The words by which the simulator names the kinds.
std::string_view side_word(std::string_view kind) {
  if (kind == policy::resource_kind) return "Resource Policy";
  return kind == policy::boundary_kind ? "Permissions Boundary Policy" : "IAM Policy";
}

void add_common(const identity::Simulation& result, bool has_resource, Map& answer) {
  List matched;
  for (const auto& one : result.matched) matched.emplace_back(matched_answer(one));
  List missing;
  for (const std::string& key : result.missing_keys) missing.emplace_back(key);
  answer.set("MatchedStatements", std::move(matched));
  answer.set("MissingContextValues", std::move(missing));
  if (result.boundary_allows) {
    answer.set("PermissionsBoundaryDecisionDetail",
               Map{{"AllowedByPermissionsBoundary", *result.boundary_allows}});
  }
  if (!has_resource) return;
  Map sides;
  for (const auto& [kind, effect] : result.sides) {
    sides.set(std::string(side_word(kind)), decision_word(effect));
  }
  answer.set("EvalDecisionDetails", std::move(sides));
}

struct Asked {
  std::string resource;
  identity::Simulation result;
};

// The answer for an action is the worst of those for its resources, with all that led to any.
int badness(Effect effect) {
  if (effect == Effect::allowed) return 0;
  return effect == Effect::implicit_deny ? 1 : 2;
}

void join_sides(const identity::Simulation& one, identity::Simulation& whole) {
  for (const auto& [kind, effect] : one.sides) {
    const auto known = std::find_if(whole.sides.begin(), whole.sides.end(),
                                    [kind = kind](const auto& side) { return side.first == kind; });
    if (known == whole.sides.end()) {
      whole.sides.emplace_back(kind, effect);
    } else if (badness(effect) > badness(known->second)) {
      known->second = effect;
    }
  }
}

bool is_same(const identity::MatchedStatement& a, const identity::MatchedStatement& b) {
  return a.policy == b.policy && a.is_of_resource == b.is_of_resource &&
         a.span.start_line == b.span.start_line && a.span.start_column == b.span.start_column;
}

identity::Simulation joined(const std::vector<Asked>& all) {
  identity::Simulation whole = all.front().result;
  for (const Asked& asked : all) {
    const Effect effect = asked.result.decision.effect;
    if (badness(effect) > badness(whole.decision.effect)) whole = asked.result;
  }
  for (const auto& [resource, one] : all) {
    for (const std::string& key : one.missing_keys) {
      const auto& known = whole.missing_keys;
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        whole.missing_keys.push_back(key);
      }
    }
    join_sides(one, whole);
    if (one.boundary_allows == false) whole.boundary_allows = false;
    if (one.organizations_allow == false) whole.organizations_allow = false;
    if (one.decision.effect != whole.decision.effect) continue;
    for (const auto& matched : one.matched) {
      const bool is_there = std::any_of(whole.matched.begin(), whole.matched.end(),
                                        [&](const auto& known) { return is_same(known, matched); });
      if (!is_there) whole.matched.push_back(matched);
    }
  }
  return whole;
}

List by_resource(const std::vector<Asked>& all) {
  List answers;
  for (const auto& [resource, result] : all) {
    Map answer{{"EvalResourceName", resource},
               {"EvalResourceDecision", decision_word(result.decision.effect)}};
    add_common(result, !result.sides.empty(), answer);
    answers.emplace_back(std::move(answer));
  }
  return answers;
}

Map action_answer(const std::string& action, const std::vector<Asked>& all) {
  const identity::Simulation whole = joined(all);
  const bool has_resource = all.front().resource != "*";
  Map answer{{"EvalActionName", action},
             {"EvalResourceName", all.size() == 1 ? all.front().resource : "*"},
             {"EvalDecision", decision_word(whole.decision.effect)}};
  add_common(whole, has_resource, answer);
  if (whole.organizations_allow) {
    answer.set("OrganizationsDecisionDetail",
               Map{{"AllowedByOrganizations", *whole.organizations_allow}});
  }
  if (!has_resource) return answer;
  // What is missing is told of each resource then.
  answer.set("MissingContextValues", List{});
  answer.set("ResourceSpecificResults", by_resource(all));
  return answer;
}

// --- acts

void check_actions(const Texts& actions) {
  for (const std::string& action : actions) {
    if (action.find(':') != std::string::npos && action.find('*') == std::string::npos) continue;
    invalid_input("Invalid Action: " + action);
  }
}

// Orders results as they were asked for.
std::string place(std::size_t number) {
  constexpr std::size_t first = 1'000'000;
  return std::to_string(first + number);
}

std::vector<Asked> simulated(const identity::Simulated& who, const std::string& action,
                             const Simulate& ask, base::Timestamp now) {
  const Texts resources = ask.resources.empty() ? Texts{"*"} : ask.resources;
  std::vector<Asked> all;
  for (const std::string& resource : resources) {
    const policy::Question question{.principal = who.principal,
                                    .action = action,
                                    .resource = resource,
                                    .conditions = ask.context};
    all.push_back({.resource = resource, .result = identity::simulate(who, question, now)});
  }
  return all;
}

Value simulate(Service& service, const aws::Call& call, const Simulate& ask) {
  check_actions(ask.actions);
  const identity::Simulated who = subject(service, call, ask);
  Items actions;
  for (const std::string& action : ask.actions) actions.emplace_back(place(actions.size()), action);
  Map answer;
  actions = on_page(std::move(actions), ask.paging, call.operation + ask.source_arn, answer);
  if (actions.size() * ask.resources.size() > simulations_limit) {
    invalid_input("At most " + std::to_string(simulations_limit) +
                  " combinations of actions and resources are simulated at a time.");
  }
  List results;
  for (const auto& [key, action] : actions)
    results.emplace_back(
        action_answer(action.text(), simulated(who, action.text(), ask, call.now)));
  answer.set("EvaluationResults", std::move(results));
  return answer;
}

struct KeysAsk {
  std::string source_arn;  // empty: custom policies alone
  Texts policies;
};

KeysAsk read_custom_keys(const View& in) {
  return {.source_arn = "", .policies = in.take("PolicyInputList").texts()};
}

KeysAsk read_principal_keys(const View& in) {
  return {.source_arn = in.take("PolicySourceArn").text(),
          .policies = in.take("PolicyInputList").texts()};
}

Value context_keys(Service& service, const aws::Call& call, const KeysAsk& ask) {
  std::vector<policy::NamedPolicy> policies;
  if (!ask.source_arn.empty()) {
    policies = source(service, call, ask.source_arn).standing.identity;
  }
  add_policies("PolicyInputList", ask.policies, policy::PolicyKind::inline_identity, policies);
  List names;
  for (const std::string& key : identity::context_keys(policies)) names.emplace_back(key);
  return Map{{"ContextKeyNames", std::move(names)}};
}

std::vector<aws::Need> on_source(const aws::Call& call, const Value& input) {
  const Value* arn = input.find("PolicySourceArn");
  return {{.action = "iam:" + call.operation, .resource = arn != nullptr ? arn->text() : "*"}};
}

constexpr aws::Operation table[] = {
    operation<read_custom_keys, context_keys>("GetContextKeysForCustomPolicy"),
    operation<read_principal_keys, context_keys>("GetContextKeysForPrincipalPolicy",
                                                 {.access = on_source}),
    operation<read_custom, simulate>("SimulateCustomPolicy"),
    operation<read_principal, simulate>("SimulatePrincipalPolicy", {.access = on_source}),
};

}  // namespace

const std::span<const aws::Operation> simulation_operations = table;

}  // namespace millrace::service::iam
