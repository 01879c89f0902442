#include "policy/explain.hpp"

#include "policy/naming.hpp"
#include "policy/organization_keys.hpp"

#include <algorithm>

namespace millrace::policy {
namespace {

using Outcome = StageStory::Outcome;
using Policies = std::vector<NamedPolicy>;

ConditionStory story_of(const Condition& condition, const Context& context) {
  return {.operation = to_text(condition.how()),
          .key = condition.key(),
          .expected = condition.texts(),
          .actual = context.find(condition.key()),
          .holds = condition.holds(context)};
}

// A trust policy speaks of whoever has an account otherwise than a resource's does.
bool matches_principal(const Statement& statement, const Principal& caller) {
  return naming_of(statement, caller) != Naming::none ||
         (statement.resources.empty() && names_itself(statement.principals, caller));
}

StatementStory story_of(const Statement& statement, std::size_t number, const Context& context,
                        bool names_principals) {
  const Principal& caller = context.question().principal;
  StatementStory story{
      .number = number,
      .sid = statement.sid,
      .denies = statement.denies,
      .principal_matches = !names_principals || matches_principal(statement, caller),
      .action_matches = statement.covers_action(context),
      .resource_matches = statement.covers_resource(context),
      .conditions = {}};
  for (const Condition& condition : statement.conditions) {
    story.conditions.push_back(story_of(condition, context));
  }
  story.applies = story.principal_matches && story.action_matches && story.resource_matches &&
                  std::all_of(story.conditions.begin(), story.conditions.end(),
                              [](const ConditionStory& one) { return one.holds; });
  return story;
}

Outcome outcome_of(const std::vector<PolicyStory>& policies) {
  Outcome outcome = policies.empty() ? Outcome::no_policies : Outcome::silent;
  for (const PolicyStory& policy : policies) {
    for (const StatementStory& statement : policy.statements) {
      if (!statement.applies) continue;
      if (statement.denies) return Outcome::denies;
      outcome = Outcome::allows;
    }
  }
  return outcome;
}

StageStory stage_of(std::string_view kind, const Policies& policies, const Context& context,
                    bool names_principals = false) {
  StageStory stage{.kind = std::string(kind), .place = {}, .meaning = {}, .policies = {}};
  for (const NamedPolicy& policy : policies) {
    stage.policies.push_back(story_of(policy, context, names_principals));
  }
  stage.outcome = outcome_of(stage.policies);
  return stage;
}

// What each outcome does to the decision, where a kind of policy may grant.
std::string granting(Outcome outcome) {
  switch (outcome) {
    case Outcome::denies:
      return "A statement denies, which decides.";
    case Outcome::allows:
      return "A statement allows.";
    case Outcome::silent:
      return "No statement applies: nothing is granted here.";
    case Outcome::no_policies:
      break;
  }
  return "There is no such policy: nothing is granted here.";
}

// The same where it only narrows what others grant.
std::string narrowing(Outcome outcome) {
  switch (outcome) {
    case Outcome::denies:
      return "A statement denies, which decides.";
    case Outcome::allows:
      return "What others grant is left.";
    case Outcome::silent:
      return "No statement allows: what others grant is taken away.";
    case Outcome::no_policies:
      break;
  }
  return "There is none: nothing is taken away.";
}

// --- organisations

void add_levels(std::string_view kind, const Ceiling& ceiling, std::string_view account,
                const std::vector<Policies>& levels, const Context& context,
                Explanation& explanation) {
  for (std::size_t level = 0; level < levels.size(); ++level) {
    StageStory stage = stage_of(kind, levels[level], context);
    // The path begins with the organisation itself, whose policies are its root's.
    const bool is_account = level + 1 >= ceiling.path.size();
    stage.place = is_account ? std::string(account) : ceiling.path[level + 1];
    // An empty level lets nothing pass, which has no other policy to say it.
    if (stage.outcome == Outcome::no_policies) stage.outcome = Outcome::silent;
    stage.meaning = narrowing(stage.outcome);
    explanation.stages.push_back(std::move(stage));
  }
}

void add_unbound(std::string_view kind, const Ceiling* ceiling, Explanation& explanation) {
  StageStory stage{.kind = std::string(kind), .place = {}, .meaning = {}, .policies = {}};
  stage.meaning = ceiling == nullptr ? "The account is in no organization."
                                     : "The organization's policies of this kind do not bind this.";
  explanation.stages.push_back(std::move(stage));
}

void add_organizations(const Bearing& bearing, const Context& context, Explanation& explanation) {
  const Principal& caller = context.question().principal;
  if (is_bound_by_resource_controls(bearing, context)) {
    const std::string owner =
        bearing.guard != nullptr ? bearing.guard->account : owner_of(context.question());
    add_levels(resource_control_kind, *bearing.over_resource, owner,
               bearing.over_resource->resource_controls, context, explanation);
  } else {
    add_unbound(resource_control_kind, bearing.over_resource, explanation);
  }
  if (is_bound_by_service_controls(bearing, context)) {
    add_levels(service_control_kind, *bearing.over_caller, caller.account,
               bearing.over_caller->service_controls, context, explanation);
  } else {
    add_unbound(service_control_kind, bearing.over_caller, explanation);
  }
}

// --- the resource's side

void add_resource(const Bearing& bearing, const Context& context, Explanation& explanation) {
  const Guard* guard = bearing.guard;
  Policies policies;
  if (guard != nullptr && guard->policy) policies.push_back({.name = "", .policy = guard->policy});
  const bool is_trust = guard != nullptr && guard->is_trust;
  StageStory stage = stage_of(is_trust ? trust_kind : resource_kind, policies, context, true);
  stage.place = guard != nullptr ? guard->arn : context.question().resource;
  stage.meaning = granting(stage.outcome);
  if (is_trust && stage.outcome == Outcome::silent) {
    stage.meaning = "No statement allows the caller: nobody else can let it take on the role.";
  }
  explanation.stages.push_back(std::move(stage));
  if (guard == nullptr || !guard->acl) return;
  StageStory list =
      stage_of("access control list", {{.name = "", .policy = guard->acl}}, context, true);
  list.place = guard->arn;
  list.meaning = granting(list.outcome);
  explanation.stages.push_back(std::move(list));
}

// --- the caller's own

void add_own(const Bearing& bearing, const Context& context, Explanation& explanation) {
  const Principal& caller = context.question().principal;
  const Standing none;
  const Standing& standing = bearing.standing != nullptr ? *bearing.standing : none;
  StageStory identity = stage_of(identity_kind, standing.identity, context);
  identity.place = caller.arn;
  identity.meaning = granting(identity.outcome);
  if (caller.kind == Principal::Kind::root) {
    identity.outcome = Outcome::allows;
    identity.meaning = "The account's root may do everything in its account's name.";
  }
  explanation.stages.push_back(std::move(identity));

  Policies boundary;
  if (standing.boundary) boundary.push_back(*standing.boundary);
  explanation.stages.push_back(stage_of(boundary_kind, boundary, context));
  explanation.stages.back().meaning = narrowing(explanation.stages.back().outcome);

  const Policies session = bearing.session != nullptr ? *bearing.session : Policies{};
  StageStory narrowed = stage_of(session_kind, session, context);
  narrowed.meaning = narrowing(narrowed.outcome);
  const bool is_federated = caller.kind == Principal::Kind::federated_user;
  if (bearing.session == nullptr && is_federated) {
    narrowed.outcome = Outcome::silent;
    narrowed.meaning = "A federated user has what a session policy names, and nothing without one.";
  }
  explanation.stages.push_back(std::move(narrowed));
}

}  // namespace

PolicyStory story_of(const NamedPolicy& policy, const Context& context, bool names_principals) {
  PolicyStory story{.name = policy.name, .arn = policy.arn, .statements = {}};
  std::size_t number = 0;
  for (const Statement& statement : policy.policy->statements) {
    story.statements.push_back(story_of(statement, ++number, context, names_principals));
  }
  return story;
}

Explanation explain(const Bearing& bearing, const Context& context) {
  Explanation explanation{.decision = decide_by(bearing, context), .sentence = {}, .stages = {}};
  const Question& question = context.question();
  if (!explanation.decision.allowed()) {
    explanation.sentence = refusal(question, explanation.decision);
  }
  add_organizations(bearing, context, explanation);
  add_resource(bearing, context, explanation);
  add_own(bearing, context, explanation);
  return explanation;
}

}  // namespace millrace::policy
