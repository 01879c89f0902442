// Decisions for the simulator, from the same policies and by the same order as real ones.
#include "identity/simulation.hpp"

#include "base/arn.hpp"

#include <algorithm>
#include <set>

namespace millrace::identity {
namespace {

bool any_covers(const Policy& policy, const Context& context) {
  return std::any_of(policy.statements.begin(), policy.statements.end(),
                     [&](const Statement& statement) { return statement.covers(context); });
}

void add_missing_keys(const Policy& policy, const Context& context,
                      std::set<std::string>& missing) {
  for (const Statement& statement : policy.statements) {
    if (!statement.covers_action(context)) continue;
    for (const Condition& condition : statement.conditions) {
      if (!context.find(condition.key())) missing.insert(condition.key());
    }
  }
}

Principal principal_of(const Entity& entity, Principal::Kind kind) {
  return {.kind = kind,
          .account = entity.account,
          .arn = entity.arn,
          .user_id = entity.id,
          .name = entity.name,
          .role_arn = kind == Principal::Kind::role_session ? entity.arn : "",
          .tags = entity.tags};
}

}  // namespace

std::optional<Simulated> simulated(Directory& directory, std::string_view account,
                                   std::string_view arn) {
  const auto parsed = base::parse_arn(arn);
  if (!parsed || parsed->service != "iam" || parsed->account != account) return std::nullopt;
  const std::string name = parsed->resource.substr(parsed->resource.rfind('/') + 1);
  Roster& roster = directory.roster;
  if (parsed->resource.starts_with("user/")) {
    const Entity entity = roster.user(account, name).entity;
    return Simulated{.standing = roster.standing(Holder::user, account, name).value_or(Standing{}),
                     .principal = principal_of(entity, Principal::Kind::user)};
  }
  if (parsed->resource.starts_with("role/")) {
    const Entity entity = roster.role(account, name).entity;
    return Simulated{.standing = roster.standing(Holder::role, account, name).value_or(Standing{}),
                     .principal = principal_of(entity, Principal::Kind::role_session)};
  }
  return std::nullopt;
}

Simulation simulate(const Standing& standing, const Question& question, base::Timestamp now) {
  const Context context(question, now);
  Simulation result{.decision = decide_by(standing, context)};
  std::set<std::string> missing;
  for (const NamedPolicy& policy : standing.identity) {
    if (any_covers(*policy.policy, context)) result.matched_policies.push_back(policy.name);
    add_missing_keys(*policy.policy, context, missing);
  }
  if (standing.boundary) {
    Standing alone{.identity = {*standing.boundary}};
    result.boundary_allows = decide_by(alone, context).allowed();
  }
  result.missing_keys.assign(missing.begin(), missing.end());
  return result;
}

}  // namespace millrace::identity
