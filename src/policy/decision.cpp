// The order of decision: an explicit deny anywhere, then what organisations leave, then the
// resource's allow and the identity's, then what narrows the latter.
#include "policy/decision.hpp"

#include "base/arn.hpp"
#include "policy/naming.hpp"
#include "policy/principal_ids.hpp"
#include "policy/resource_controls.hpp"

#include <algorithm>
#include <iterator>

namespace millrace::policy {
namespace {

using Kind = Principal::Kind;
using Policies = std::vector<NamedPolicy>;
using Found = std::optional<Decision>;

Decision decided(Decision::Effect effect, std::string_view kind, const NamedPolicy& policy,
                 const Statement& statement) {
  return {.effect = effect,
          .policy_kind = std::string(kind),
          .policy_name = policy.name,
          .policy_arn = policy.arn,
          .statement_id = statement.sid};
}

Decision allowed() { return {.effect = Decision::Effect::allowed}; }

Decision no_policy_allows(std::string_view kind) {
  return {.effect = Decision::Effect::implicit_deny, .policy_kind = std::string(kind)};
}

Found deny_in(const NamedPolicy& policy, std::string_view kind, const Context& context) {
  const Statement* statement = policy.policy->find(context, true);
  if (statement == nullptr) return std::nullopt;
  return decided(Decision::Effect::explicit_deny, kind, policy, *statement);
}

Found deny_in(const Policies& policies, std::string_view kind, const Context& context) {
  for (const NamedPolicy& policy : policies) {
    if (auto denied = deny_in(policy, kind, context)) return denied;
  }
  return std::nullopt;
}

Found allow_in(const Policies& policies, std::string_view kind, const Context& context) {
  for (const NamedPolicy& policy : policies) {
    const Statement* statement = policy.policy->find(context, false);
    if (statement != nullptr) {
      return decided(Decision::Effect::allowed, kind, policy, *statement);
    }
  }
  return std::nullopt;
}

// --- what organisations lay over accounts

using Levels = std::vector<Policies>;

Found deny_in(const Levels& levels, std::string_view kind, const Context& context) {
  for (const Policies& level : levels) {
    if (auto denied = deny_in(level, kind, context)) return denied;
  }
  return std::nullopt;
}

bool any_allows(const Policies& policies, const Context& context) {
  return std::any_of(policies.begin(), policies.end(), [&](const NamedPolicy& policy) {
    return policy.policy->find(context, false) != nullptr;
  });
}

bool every_level_allows(const Levels& levels, const Context& context) {
  return std::all_of(levels.begin(), levels.end(),
                     [&](const Policies& level) { return any_allows(level, context); });
}

// By where the resource of its ARN begins: a path may hold colons, and these words behind one.
bool is_service_linked(const Principal& caller) {
  const auto arn = base::parse_arn(caller.role_arn);
  return arn && arn->resource.starts_with("role/aws-service-role/");
}

// --- what the caller holds

// An account's root, or a federated session that it vouches for.
bool is_of_root(const Principal& caller) {
  return caller.kind == Kind::root || (caller.kind == Kind::federated_user && caller.name.empty());
}

// A federated user has what its session's policies leave of the user's, without one nothing.
bool session_leaves(const Bearing& bearing, const Context& context) {
  if (bearing.session != nullptr) return any_allows(*bearing.session, context);
  return context.question().principal.kind != Kind::federated_user;
}

bool boundary_leaves(const Bearing& bearing, const Context& context) {
  if (bearing.standing == nullptr || !bearing.standing->boundary) return true;
  return bearing.standing->boundary->policy->find(context, false) != nullptr;
}

Found own_deny(const Bearing& bearing, const Context& context) {
  if (bearing.standing != nullptr) {
    const Standing& standing = *bearing.standing;
    if (auto denied = deny_in(standing.identity, identity_kind, context)) return denied;
    if (standing.boundary) {
      if (auto denied = deny_in(*standing.boundary, boundary_kind, context)) return denied;
    }
  }
  if (bearing.session == nullptr) return std::nullopt;
  return deny_in(*bearing.session, session_kind, context);
}

Found identity_allow(const Bearing& bearing, const Context& context) {
  if (is_of_root(context.question().principal)) return allowed();
  if (bearing.standing == nullptr) return std::nullopt;
  return allow_in(bearing.standing->identity, identity_kind, context);
}

// What the caller's own policies say; an account's root may do everything in its account's name.
Decision own_decision(const Bearing& bearing, const Context& context) {
  auto given = identity_allow(bearing, context);
  if (!given) return no_policy_allows(identity_kind);
  if (!boundary_leaves(bearing, context)) return no_policy_allows(boundary_kind);
  if (!session_leaves(bearing, context)) return no_policy_allows(session_kind);
  return *std::move(given);
}

// --- what the resource's side says

// Of a trust policy, how closely it names the caller: a session goes on being narrowed.
Naming naming_of(Trust trust, const Principal& caller) {
  if (trust == Trust::account_named) return Naming::account;
  if (trust != Trust::caller_named) return Naming::none;
  return caller.kind == Kind::role_session ? Naming::role : Naming::itself;
}

// A deny with NotPrincipal spares nobody who has a permissions boundary, as the guide warns on its
// page on boundaries.
bool is_struck(const Statement& statement, const Bearing& bearing, const Principal& caller) {
  const bool is_bounded = bearing.standing != nullptr && bearing.standing->boundary;
  if (statement.principals.all_but && is_bounded) return true;
  return naming_of(statement, caller) != Naming::none;
}

Found resource_deny(const Bearing& bearing, const Context& context) {
  const Guard& guard = *bearing.guard;
  if (!guard.policy) return std::nullopt;
  const Question& question = context.question();
  if (guard.is_trust) {
    if (trust_of(*guard.policy, context) != Trust::denied) return std::nullopt;
    return Decision{.effect = Decision::Effect::explicit_deny,
                    .policy_kind = std::string(trust_kind)};
  }
  const Statement* found = nullptr;
  guard.policy->each(question.action, true, [&](const Statement& statement) {
    const bool strikes =
        is_struck(statement, bearing, question.principal) && statement.covers(context);
    if (strikes) found = &statement;
    return !strikes;
  });
  if (found == nullptr) return std::nullopt;
  return decided(Decision::Effect::explicit_deny, resource_kind, {}, *found);
}

Naming best_allow(const Policy& policy, const Context& context) {
  const Question& question = context.question();
  Naming best = Naming::none;
  policy.each(question.action, false, [&](const Statement& statement) {
    const Naming naming = naming_of(statement, question.principal);
    if (naming > best && statement.covers(context)) best = naming;
    return best != Naming::itself;
  });
  return best;
}

Naming resource_allow(const Guard& guard, const Context& context) {
  const Principal& caller = context.question().principal;
  if (guard.is_trust) return naming_of(trust_of(*guard.policy, context), caller);
  const bool is_inside = caller.account == guard.account || caller.kind == Kind::service;
  const bool policy_counts = guard.policy_allows && (!guard.is_restricted || is_inside);
  Naming best = Naming::none;
  if (guard.policy && policy_counts) best = best_allow(*guard.policy, context);
  if (guard.acl) best = std::max(best, best_allow(*guard.acl, context));
  return best;
}

Decision allowed_by_resource() {
  return {.effect = Decision::Effect::allowed, .policy_kind = std::string(resource_kind)};
}

// --- both together

Decision decide_inside(const Bearing& bearing, const Context& context) {
  Decision own = own_decision(bearing, context);
  const bool is_trust = bearing.guard != nullptr && bearing.guard->is_trust;
  if (!is_trust && (own.allowed() || bearing.guard == nullptr)) return own;
  const Naming naming = resource_allow(*bearing.guard, context);
  if (is_trust && naming == Naming::none) return no_policy_allows(trust_kind);
  // Of a role that is gone nothing is known that would narrow its sessions.
  const bool narrowing_leaves = bearing.standing != nullptr && boundary_leaves(bearing, context) &&
                                session_leaves(bearing, context);
  const bool is_given = naming == Naming::itself || (naming == Naming::role && narrowing_leaves);
  return is_given ? allowed_by_resource() : own;
}

Decision decide_across(const Bearing& bearing, const Context& context) {
  const bool is_named =
      bearing.guard != nullptr && resource_allow(*bearing.guard, context) != Naming::none;
  if (!is_named) {
    const bool is_trust = bearing.guard != nullptr && bearing.guard->is_trust;
    return no_policy_allows(is_trust ? trust_kind : resource_kind);
  }
  const bool has_account = !context.question().principal.account.empty();
  return has_account ? own_decision(bearing, context) : allowed_by_resource();
}

// Empty: of nobody in particular, like what has no ARN.
std::string_view account_in(std::string_view arn) {
  for (int colons = 0; colons < 4; ++colons) {
    arn.remove_prefix(arn.find(':') + 1);  // nothing where there is none: npos + 1 is 0
  }
  const std::string_view account = arn.substr(0, arn.find(':'));
  // AWS's own resources ("aws") and patterns are nobody's.
  return is_account_id(account) ? account : std::string_view();
}

bool is_inside(const Bearing& bearing, const Principal& caller, const Question& question) {
  if (caller.account.empty()) return false;
  if (bearing.guard != nullptr) return caller.account == bearing.guard->owner;
  const std::string_view owner = account_in(question.resource);
  return owner.empty() || owner == caller.account;
}

bool is_same_organization(const Bearing& bearing) {
  return bearing.over_caller != nullptr && bearing.over_resource != nullptr &&
         bearing.over_caller->organization_id == bearing.over_resource->organization_id;
}

Found denied_by_organizations(const Bearing& bearing, const Context& context) {
  if (is_bound_by_resource_controls(bearing, context)) {
    const Levels& levels = bearing.over_resource->resource_controls;
    if (auto denied = deny_in(levels, resource_control_kind, context)) return denied;
  }
  if (!is_bound_by_service_controls(bearing, context)) return std::nullopt;
  return deny_in(bearing.over_caller->service_controls, service_control_kind, context);
}

Found not_left_by_organizations(const Bearing& bearing, const Context& context) {
  if (is_bound_by_resource_controls(bearing, context)) {
    const Levels& levels = bearing.over_resource->resource_controls;
    if (!every_level_allows(levels, context)) return no_policy_allows(resource_control_kind);
  }
  if (!is_bound_by_service_controls(bearing, context)) return std::nullopt;
  if (every_level_allows(bearing.over_caller->service_controls, context)) return std::nullopt;
  return no_policy_allows(service_control_kind);
}

Found any_deny(const Bearing& bearing, const Context& context) {
  if (auto denied = denied_by_organizations(bearing, context)) return denied;
  if (auto denied = own_deny(bearing, context)) return denied;
  return bearing.guard != nullptr ? resource_deny(bearing, context) : std::nullopt;
}

Decision ordered(const Bearing& bearing, const Context& context) {
  if (auto denied = any_deny(bearing, context)) return *std::move(denied);
  if (auto forbidden = not_left_by_organizations(bearing, context)) return *std::move(forbidden);
  const Question& question = context.question();
  return is_inside(bearing, question.principal, question) ? decide_inside(bearing, context)
                                                          : decide_across(bearing, context);
}

}  // namespace

bool is_bound_by_service_controls(const Bearing& bearing, const Context& context) {
  return bearing.over_caller != nullptr && !bearing.over_caller->is_management &&
         !is_service_linked(context.question().principal);
}

bool is_bound_by_resource_controls(const Bearing& bearing, const Context& context) {
  const Question& question = context.question();
  return bearing.over_resource != nullptr && !bearing.over_resource->is_management &&
         !is_service_linked(question.principal) && is_under_resource_controls(question.action);
}

Found forbidden_by_organizations(const Bearing& bearing, const Context& context) {
  auto denied = denied_by_organizations(bearing, context);
  return denied ? denied : not_left_by_organizations(bearing, context);
}

Decision decide_by(const Bearing& bearing, const Context& context) {
  const Question& question = context.question();
  const Principal& caller = question.principal;
  Decision decision = ordered(bearing, context);
  if (bearing.guard == nullptr) {
    decision.is_foreign = !is_inside(bearing, caller, question);
  } else {
    decision.is_foreign = caller.account.empty() || caller.account != bearing.guard->account;
    if (decision.is_foreign && decision.allowed()) {
      decision.opened = Opened{.arn = bearing.guard->arn, .account = bearing.guard->account};
    }
  }
  // AWS names the policy within an account or an organisation alone.
  if (decision.is_foreign && !is_same_organization(bearing)) decision.policy_arn.clear();
  return decision;
}

Decision decide_by(const Standing* standing, const Guard& guard, const Context& context) {
  return decide_by(Bearing{.standing = standing, .guard = &guard}, context);
}

Decision decide_by(const Standing& standing, const Context& context) {
  const Decision own = own_decision({.standing = &standing}, context);
  const auto denied = own_deny({.standing = &standing}, context);
  return denied ? *denied : own;
}

Trust trust_of(const Policy& trust_policy, const Context& context) {
  const Principal& caller = context.question().principal;
  Trust best = Trust::not_named;
  for (const Statement& statement : trust_policy.statements) {
    // A deny of everybody strikes services too, whom an allow must name.
    const bool itself = names_itself(statement.principals, caller) ||
                        (statement.denies && statement.principals.everyone);
    if (!itself && !names_account(statement.principals, caller)) continue;
    if (!statement.covers_action(context) || !statement.conditions_hold(context)) continue;
    if (statement.denies) return Trust::denied;
    if (itself) {
      best = Trust::caller_named;
    } else if (best == Trust::not_named) {
      best = Trust::account_named;
    }
  }
  return best;
}

}  // namespace millrace::policy
