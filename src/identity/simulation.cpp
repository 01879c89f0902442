// Decisions for the simulator, from the same policies and by the same order as real ones.
#include "identity/simulation.hpp"

#include "base/arn.hpp"
#include "base/text.hpp"
#include "identity/standing.hpp"
#include "policy/naming.hpp"
#include "policy/principal_ids.hpp"

#include <algorithm>

namespace millrace::identity {
namespace {

using Effect = policy::Decision::Effect;

void add_once(std::vector<std::string>& keys, const std::string& key) {
  const bool is_there = std::any_of(keys.begin(), keys.end(), [&](const std::string& known) {
    return base::equal_ignoring_case(known, key);
  });
  if (!is_there) keys.push_back(key);
}

// Of one statement, resources before conditions, as statements are mostly written.
std::vector<std::string> keys_of(const policy::Statement& statement) {
  std::vector<std::string> keys;
  for (const policy::ArnPattern& resource : statement.resources) resource.add_variables(keys);
  for (const policy::Condition& condition : statement.conditions) {
    keys.push_back(condition.key());
    condition.add_variables(keys);
  }
  return keys;
}

void add_missing_keys(const policy::Policy& policy, const policy::Context& context,
                      std::vector<std::string>& missing) {
  for (const policy::Statement& statement : policy.statements) {
    if (!statement.covers_action(context)) continue;
    for (const std::string& key : keys_of(statement)) {
      if (!context.find(key)) add_once(missing, key);
    }
  }
}

void add_matched(const policy::NamedPolicy& policy, const policy::Context& context, bool denies,
                 bool of_resource, std::vector<MatchedStatement>& matched) {
  const policy::Principal& caller = context.question().principal;
  for (const policy::Statement& statement : policy.policy->statements) {
    if (statement.denies != denies || !statement.covers(context)) continue;
    if (of_resource && policy::naming_of(statement, caller) == policy::Naming::none) continue;
    matched.push_back(
        {.policy = policy.name, .is_of_resource = of_resource, .span = statement.span});
  }
}

// Of an implicit denial no statement is the reason.
std::vector<MatchedStatement> matched_by(const policy::Bearing& bearing,
                                         const policy::Context& context,
                                         const policy::Decision& decision) {
  std::vector<MatchedStatement> matched;
  if (decision.effect == Effect::implicit_deny) return matched;
  const bool denies = decision.effect == Effect::explicit_deny;
  for (const policy::NamedPolicy& policy : bearing.standing->identity) {
    add_matched(policy, context, denies, false, matched);
  }
  if (denies && bearing.standing->boundary) {
    add_matched(*bearing.standing->boundary, context, denies, false, matched);
  }
  if (bearing.guard->policy) {
    add_matched({.name = "ResourcePolicy", .policy = bearing.guard->policy}, context, denies, true,
                matched);
  }
  return matched;
}

Effect effect_of(const policy::Policy& policy, const policy::Context& context) {
  if (policy.find(context, true) != nullptr) return Effect::explicit_deny;
  return policy.find(context, false) != nullptr ? Effect::allowed : Effect::implicit_deny;
}

Effect identity_effect(const policy::Standing& standing, const policy::Context& context) {
  policy::Standing alone{.identity = standing.identity, .boundary = std::nullopt};
  return policy::decide_by(alone, context).effect;
}

Effect resource_effect(const policy::Guard& guard, const policy::Context& context) {
  if (!guard.policy) return Effect::implicit_deny;
  std::vector<MatchedStatement> matched;
  add_matched({.name = "", .policy = guard.policy}, context, true, true, matched);
  if (!matched.empty()) return Effect::explicit_deny;
  add_matched({.name = "", .policy = guard.policy}, context, false, true, matched);
  return matched.empty() ? Effect::implicit_deny : Effect::allowed;
}

void add_sides(const policy::Bearing& bearing, const policy::Context& context, Simulation& result) {
  if (bearing.guard->owner == context.question().principal.account) return;
  result.sides.emplace_back(policy::identity_kind, identity_effect(*bearing.standing, context));
  result.sides.emplace_back(policy::resource_kind, resource_effect(*bearing.guard, context));
  if (bearing.standing->boundary) {
    result.sides.emplace_back(policy::boundary_kind,
                              effect_of(*bearing.standing->boundary->policy, context));
  }
}

policy::Principal principal_of(const Entity& entity, policy::Principal::Kind kind) {
  return {.kind = kind,
          .account = entity.account,
          .arn = entity.arn,
          .user_id = entity.id,
          .name = entity.name,
          .role_arn = kind == policy::Principal::Kind::role_session ? entity.arn : "",
          .tags = entity.tags};
}

// Some user: its name and tags are not known.
policy::Principal member_of(const Group& group) {
  return {.kind = policy::Principal::Kind::user,
          .account = group.entity.account,
          .arn = group.entity.arn};
}

policy::Standing whole(const std::shared_ptr<const policy::Standing>& standing) {
  return standing ? *standing : policy::Standing{};
}

}  // namespace

std::optional<Simulated> simulated(Directory& directory, std::string_view account,
                                   std::string_view arn) {
  const auto parsed = base::parse_arn(arn);
  if (!parsed || parsed->service != "iam" || parsed->account != account) return std::nullopt;
  const std::string name = parsed->resource.substr(parsed->resource.rfind('/') + 1);
  Roster& roster = directory.roster;
  Simulated found;
  if (directory.ceilings != nullptr) found.ceiling = directory.ceilings->ceiling(account);
  if (parsed->resource.starts_with("user/")) {
    found.principal =
        principal_of(roster.user(account, name).entity, policy::Principal::Kind::user);
    found.standing = whole(roster.standing(account, found.principal.user_id));
    return found;
  }
  if (parsed->resource.starts_with("role/")) {
    found.principal =
        principal_of(roster.role(account, name).entity, policy::Principal::Kind::role_session);
    found.standing = whole(roster.standing(account, found.principal.user_id));
    return found;
  }
  if (parsed->resource.starts_with("group/")) {
    const auto group = roster.get<Group>(account, name);
    found.principal = member_of(*group);
    roster.look(account, [&](const Contents& contents) {
      found.standing = standing_of(*group, contents, roster.aws_policies());
    });
    return found;
  }
  return std::nullopt;
}

std::optional<policy::Principal> simulated_caller(std::string_view arn) {
  const auto parsed = base::parse_arn(arn);
  if (!parsed || parsed->service != "iam" || !policy::is_account_id(parsed->account))
    return std::nullopt;
  const bool is_user = parsed->resource.starts_with("user/");
  if (!is_user && !parsed->resource.starts_with("role/")) return std::nullopt;
  policy::Principal caller{
      .kind = is_user ? policy::Principal::Kind::user : policy::Principal::Kind::role_session,
      .account = parsed->account,
      .arn = std::string(arn),
      .name = parsed->resource.substr(parsed->resource.rfind('/') + 1)};
  if (!is_user) caller.role_arn = caller.arn;
  return caller;
}

Simulation simulate(const Simulated& who, const policy::Question& question, base::Timestamp now) {
  const policy::Context context(question, now);
  // Without a policy given for it, a resource is the caller's own, whosever its ARN names it.
  const policy::Guard own{.arn = question.resource,
                          .account = question.principal.account,
                          .owner = question.principal.account,
                          .policy = nullptr,
                          .acl = nullptr};
  const policy::Bearing bearing{.standing = &who.standing,
                                .guard = who.guard ? &*who.guard : &own,
                                .over_caller = who.ceiling.get()};
  Simulation result{.decision = policy::decide_by(bearing, context)};
  result.matched = matched_by(bearing, context, result.decision);
  for (const policy::NamedPolicy& policy : who.standing.identity) {
    add_missing_keys(*policy.policy, context, result.missing_keys);
  }
  if (bearing.guard->policy) add_missing_keys(*bearing.guard->policy, context, result.missing_keys);
  if (who.standing.boundary) {
    result.boundary_allows = effect_of(*who.standing.boundary->policy, context) == Effect::allowed;
  }
  if (policy::is_bound_by_service_controls(bearing, context)) {
    result.organizations_allow = !policy::forbidden_by_organizations(bearing, context);
  }
  add_sides(bearing, context, result);
  return result;
}

std::vector<std::string> context_keys(const std::vector<policy::NamedPolicy>& policies) {
  std::vector<std::string> keys;
  for (const policy::NamedPolicy& policy : policies) {
    for (const policy::Statement& statement : policy.policy->statements) {
      for (const std::string& key : keys_of(statement)) add_once(keys, key);
    }
  }
  return keys;
}

}  // namespace millrace::identity
