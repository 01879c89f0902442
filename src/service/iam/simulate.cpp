// The policy simulator: what policies would decide, without doing anything.
#include "identity/simulation.hpp"
#include "service/iam/answers.hpp"
#include "service/iam/service.hpp"

namespace millrace::service::iam {
namespace {

using aws::List;
using aws::Map;
using aws::Value;
using aws::View;

struct Simulate {
  std::string source_arn;  // empty: a custom policy
  std::vector<std::string> policies;
  std::vector<std::string> boundaries;
  std::vector<std::string> actions;
  std::vector<std::string> resources;
  identity::Conditions context;
  Paging paging;
};

identity::Conditions read_context(const View& in) {
  identity::Conditions context;
  for (const View& entry : in.take("ContextEntries").views()) {
    // Values are compared as texts, so their declared type adds nothing.
    (void)entry.keep("ContextKeyType");
    const auto name = entry.take("ContextKeyName").optional_text();
    if (!name)
      throw aws::Error("InvalidInput", "A context entry must have a context key name.", 400);
    context[*name] = entry.take("ContextKeyValues").texts();
  }
  return context;
}

Simulate read_custom(const View& in) {
  return {.source_arn = "",
          .policies = in.take("PolicyInputList").texts(),
          .boundaries = in.take("PermissionsBoundaryPolicyInputList").texts(),
          .actions = in.take("ActionNames").texts(),
          .resources = in.take("ResourceArns").texts(),
          .context = read_context(in),
          .paging = read_paging(in)};
}

Simulate read_principal(const View& in) {
  Simulate ask = read_custom(in);
  ask.source_arn = in.take("PolicySourceArn").text();
  return ask;
}

identity::Simulated subject(Service& service, const aws::Call& call, const Simulate& ask) {
  identity::Simulated simulated;
  if (!ask.source_arn.empty()) {
    auto found = identity::simulated(service.directory, call.account, ask.source_arn);
    if (!found) {
      throw aws::Error("InvalidInput",
                       "Invalid Entity Arn: " + ask.source_arn +
                           " does not clearly define entity type and name.",
                       400);
    }
    simulated = std::move(*found);
  } else {
    simulated.principal = call.principal;
  }
  for (std::size_t i = 0; i < ask.policies.size(); ++i) {
    const auto text = identity::policy_text(ask.policies[i], identity::PolicyKind::inline_identity);
    simulated.standing.identity.push_back(
        {"PolicyInputList." + std::to_string(i + 1), text.parsed});
  }
  if (!ask.boundaries.empty()) {
    const auto text =
        identity::policy_text(ask.boundaries.front(), identity::PolicyKind::inline_identity);
    simulated.standing.boundary =
        identity::NamedPolicy{"PermissionsBoundaryPolicyInputList.1", text.parsed};
  }
  return simulated;
}

std::string_view decision_word(identity::Decision::Effect effect) {
  switch (effect) {
    case identity::Decision::Effect::allowed:
      return "allowed";
    case identity::Decision::Effect::implicit_deny:
      return "implicitDeny";
    case identity::Decision::Effect::explicit_deny:
      return "explicitDeny";
  }
  return "implicitDeny";
}

Map result_answer(const identity::Question& question, const identity::Simulation& result) {
  List matched;
  for (const std::string& policy : result.matched_policies) {
    matched.emplace_back(Map{{"SourcePolicyId", policy}, {"SourcePolicyType", "IAM Policy"}});
  }
  List missing;
  for (const std::string& key : result.missing_keys) missing.emplace_back(key);
  Map answer{{"EvalActionName", question.action},
             {"EvalResourceName", question.resource},
             {"EvalDecision", decision_word(result.decision.effect)},
             {"MatchedStatements", std::move(matched)},
             {"MissingContextValues", std::move(missing)}};
  if (result.boundary_allows) {
    answer.set("PermissionsBoundaryDecisionDetail",
               Map{{"AllowedByPermissionsBoundary", *result.boundary_allows}});
  }
  return answer;
}

void check_actions(const std::vector<std::string>& actions) {
  for (const std::string& action : actions) {
    if (action.find(':') != std::string::npos && action.find('*') == std::string::npos) continue;
    throw aws::Error("InvalidInput", "Invalid Action: " + action, 400);
  }
}

// Orders results as they were asked for.
std::string place(std::size_t number) {
  constexpr std::size_t first = 1'000'000;
  return std::to_string(first + number);
}

Value simulate(Service& service, const aws::Call& call, const Simulate& ask) {
  check_actions(ask.actions);
  const identity::Simulated who = subject(service, call, ask);
  const auto resources = ask.resources.empty() ? std::vector<std::string>{"*"} : ask.resources;
  Items items;
  for (const std::string& action : ask.actions) {
    for (const std::string& resource : resources) {
      const identity::Question question{.principal = who.principal,
                                        .action = action,
                                        .resource = resource,
                                        .conditions = ask.context};
      const auto result = identity::simulate(who.standing, question, call.now);
      items.emplace_back(place(items.size()), result_answer(question, result));
    }
  }
  return page(std::move(items), ask.paging, "EvaluationResults", call.operation + ask.source_arn);
}

std::vector<aws::Need> on_source(const aws::Call&, const Value& input) {
  const Value* arn = input.find("PolicySourceArn");
  return {
      {.action = "iam:SimulatePrincipalPolicy", .resource = arn != nullptr ? arn->text() : "*"}};
}

constexpr aws::Operation table[] = {
    operation<read_custom, simulate>("SimulateCustomPolicy"),
    operation<read_principal, simulate>("SimulatePrincipalPolicy", {.access = on_source}),
};

}  // namespace

const std::span<const aws::Operation> simulation_operations = table;

}  // namespace millrace::service::iam
