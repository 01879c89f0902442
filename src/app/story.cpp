#include "app/story.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "policy/context.hpp"

#include <algorithm>
#include <iterator>

namespace millrace::app {

namespace {

using policy::ConditionStory;
using policy::Explanation;
using policy::PolicyStory;
using policy::Question;
using policy::StageStory;
using policy::StatementStory;
using Outcome = StageStory::Outcome;

base::List texts(const std::vector<std::string>& values) { return {values.begin(), values.end()}; }

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::no_policies:
      return "none";
    case Outcome::allows:
      return "allows";
    case Outcome::silent:
      return "silent";
    case Outcome::denies:
      return "denies";
  }
  return "";
}

base::Value value_of(const ConditionStory& condition) {
  base::Map value{{"operator", condition.operation},
                  {"key", condition.key},
                  {"expected", texts(condition.expected)}};
  if (condition.actual) value.set("actual", texts(*condition.actual));
  value.set("holds", condition.holds);
  return value;
}

base::Value value_of(const StatementStory& statement) {
  base::Map value{{"number", static_cast<std::uint64_t>(statement.number)}};
  if (!statement.sid.empty()) value.set("sid", statement.sid);
  value.set("effect", statement.denies ? "Deny" : "Allow");
  value.set("applies", statement.applies);
  if (!statement.principal_matches) value.set("principal_matches", false);
  value.set("action_matches", statement.action_matches);
  value.set("resource_matches", statement.resource_matches);
  base::List conditions;
  for (const ConditionStory& condition : statement.conditions)
    conditions.push_back(value_of(condition));
  if (!conditions.empty()) value.set("conditions", std::move(conditions));
  return value;
}

base::Value value_of(const PolicyStory& policy) {
  base::Map value{{"name", policy.name}};
  if (!policy.arn.empty()) value.set("arn", policy.arn);
  base::List statements;
  for (const StatementStory& statement : policy.statements)
    statements.push_back(value_of(statement));
  value.set("statements", std::move(statements));
  return value;
}

base::Value value_of(const StageStory& stage) {
  base::Map value{{"kind", stage.kind}};
  if (!stage.place.empty()) value.set("place", stage.place);
  value.set("outcome", name_of(stage.outcome));
  if (!stage.meaning.empty()) value.set("meaning", stage.meaning);
  base::List policies;
  for (const PolicyStory& policy : stage.policies) policies.push_back(value_of(policy));
  if (!policies.empty()) value.set("policies", std::move(policies));
  return value;
}

base::Map who_of(const policy::Principal& who) {
  base::Map value{{"type", policy::principal_type(who.kind)}};
  if (!who.arn.empty()) value.set("arn", who.arn);
  if (who.arn.empty() && !who.name.empty()) value.set("name", who.name);
  if (!who.account.empty()) value.set("account", who.account);
  if (!who.role_arn.empty()) value.set("role", who.role_arn);
  if (who.session_policy) value.set("session_policy", *who.session_policy);
  base::Map tags;
  for (const auto& [name, tag] : who.tags) tags.set(name, tag);
  if (!tags.empty()) value.set("tags", std::move(tags));
  return value;
}

base::Map context_of(const policy::Conditions& conditions) {
  base::Map value;
  for (const auto& [key, values] : conditions) value.set(key, texts(values));
  return value;
}

std::string place_in(const PolicyStory& policy, const StatementStory& statement) {
  const std::string number = std::to_string(statement.number);
  const std::string which = statement.sid.empty() ? number : number + " (" + statement.sid + ")";
  return "statement " + which + " of " + (policy.name.empty() ? "it" : policy.name);
}

std::string given(const ConditionStory& condition) {
  if (!condition.actual) return "the request has no such key";
  return "the request has " + base::join(*condition.actual, ", ");
}

// Of a statement that would apply, were it not for its conditions.
std::string unmet(const StatementStory& statement) {
  std::vector<std::string> pieces;
  for (const ConditionStory& condition : statement.conditions) {
    if (condition.holds) continue;
    pieces.push_back(condition.operation + " " + condition.key + " [" +
                     base::join(condition.expected, ", ") + "], but " + given(condition));
  }
  return base::join(pieces, "; ");
}

bool fails_by_conditions_alone(const StatementStory& statement) {
  return !statement.applies && statement.principal_matches && statement.action_matches &&
         statement.resource_matches;
}

std::string statement_for(const Question& question, const StageStory& stage) {
  base::Map statement{{"Effect", "Allow"}};
  const std::string& who =
      question.principal.role_arn.empty() ? question.principal.arn : question.principal.role_arn;
  if (stage.kind == "resource-based policy" && !who.empty())
    statement.set("Principal", base::Map{{"AWS", who}});
  if (stage.kind == "resource-based policy" && who.empty()) statement.set("Principal", "*");
  statement.set("Action", question.action);
  statement.set("Resource", question.resource);
  return base::write_json(statement);
}

std::string where(const StageStory& stage) {
  if (stage.place.empty()) return "the caller's " + stage.kind;
  return "the " + stage.kind + " of " + stage.place;
}

void add_of_denial(const StageStory& stage, std::vector<std::string>& found) {
  for (const PolicyStory& policy : stage.policies) {
    for (const StatementStory& statement : policy.statements) {
      if (!statement.denies || !statement.applies) continue;
      found.push_back("Remove or narrow " + place_in(policy, statement) + ", in " + where(stage) +
                      ": an explicit deny outweighs every allow.");
    }
  }
}

void add_near_misses(const StageStory& stage, std::vector<std::string>& found) {
  for (const PolicyStory& policy : stage.policies) {
    for (const StatementStory& statement : policy.statements) {
      if (statement.denies || !fails_by_conditions_alone(statement)) continue;
      found.push_back("Meet the condition of " + place_in(policy, statement) + ", in " +
                      where(stage) + ": " + unmet(statement) + ".");
    }
  }
}

// Kinds that narrow allow all by being absent.
bool must_allow(const StageStory& stage) {
  if (stage.outcome == Outcome::silent) return true;
  return stage.outcome == Outcome::no_policies &&
         (stage.kind == "identity-based policy" || stage.kind == "resource-based policy");
}

// The stage that the refusal names.
bool is_deciding(const StageStory& stage, const policy::Decision& decision) {
  return stage.kind == decision.policy_kind;
}

std::vector<std::string> general_remedies(const Question& question,
                                          const policy::Decision& decision) {
  if (decision.effect == policy::Decision::Effect::explicit_deny)
    return {"Remove or narrow the deny in the " + decision.policy_kind +
            (decision.policy_name.empty() ? "" : " " + decision.policy_name) + "."};
  const StageStory stage{.kind = decision.policy_kind.empty() ? "identity-based policy"
                                                              : decision.policy_kind};
  return {"Add to " + where(stage) + ": " + statement_for(question, stage)};
}

}  // namespace

std::string_view effect_name(policy::Decision::Effect effect) {
  switch (effect) {
    case policy::Decision::Effect::allowed:
      return "allowed";
    case policy::Decision::Effect::implicit_deny:
      return "implicit deny";
    case policy::Decision::Effect::explicit_deny:
      return "explicit deny";
  }
  return "";
}

std::vector<std::string> remedies(const Question& question, const Explanation& explanation) {
  const policy::Decision& decision = explanation.decision;
  if (decision.allowed()) return {};
  std::vector<std::string> found;
  const bool is_explicit = decision.effect == policy::Decision::Effect::explicit_deny;
  for (const StageStory& stage : explanation.stages) {
    if (is_explicit) {
      add_of_denial(stage, found);
    } else if (is_deciding(stage, decision) && must_allow(stage)) {
      add_near_misses(stage, found);
      found.push_back("Add to " + where(stage) + ": " + statement_for(question, stage));
    }
  }
  return found.empty() ? general_remedies(question, decision) : found;
}

base::Value story_of(const Question& question, const Explanation& explanation) {
  const policy::Decision& decision = explanation.decision;
  base::Map story{{"who", who_of(question.principal)},
                  {"action", question.action},
                  {"resource", question.resource},
                  {"context", context_of(question.conditions)},
                  {"effect", effect_name(decision.effect)}};
  if (!explanation.sentence.empty()) story.set("sentence", explanation.sentence);
  if (!decision.policy_kind.empty()) story.set("decided_by", decision.policy_kind);
  if (!decision.policy_name.empty()) story.set("policy", decision.policy_name);
  if (!decision.statement_id.empty()) story.set("statement", decision.statement_id);
  base::List stages;
  for (const StageStory& stage : explanation.stages) stages.push_back(value_of(stage));
  story.set("policies", std::move(stages));
  story.set("remedies", texts(remedies(question, explanation)));
  return story;
}

base::Map request_value(const aws::Decided& decided) {
  base::Map value{{"request_id", decided.request_id},
                  {"time", base::iso8601_milliseconds(decided.time)},
                  {"operation", decided.operation},
                  {"principal", decided.principal},
                  {"access_key_id", decided.access_key_id},
                  {"source_ip", decided.source_ip},
                  {"status", decided.status}};
  if (!decided.error.empty()) {
    value.set("error", decided.error);
    value.set("message", decided.message);
  }
  base::List allowed;
  for (const aws::Use& use : decided.allowed)
    allowed.push_back(base::Map{{"action", use.action}, {"resource", use.resource}});
  value.set("allowed", std::move(allowed));
  return value;
}

}  // namespace millrace::app
