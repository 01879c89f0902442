// The order of decision: an explicit deny anywhere, then the identity's allow, then what narrows
// it.
#include "identity/decision.hpp"

#include "base/arn.hpp"
#include "identity/ids.hpp"

#include <algorithm>

namespace millrace::identity {
namespace {

constexpr std::string_view identity_kind = "identity-based policy";
constexpr std::string_view boundary_kind = "permissions boundary";
constexpr std::string_view session_kind = "session policy";
constexpr std::string_view resource_kind = "resource-based policy";

const Statement* find_statement(const Policy& policy, const Context& context, bool denies) {
  const auto found = std::find_if(policy.statements.begin(), policy.statements.end(),
                                  [&](const Statement& statement) {
                                    return statement.denies == denies && statement.covers(context);
                                  });
  return found == policy.statements.end() ? nullptr : &*found;
}

Decision decided(Decision::Effect effect, std::string_view kind, const NamedPolicy& policy,
                 const Statement& statement) {
  return {.effect = effect,
          .policy_kind = std::string(kind),
          .policy_name = policy.name,
          .statement_id = statement.sid};
}

Decision no_policy_allows(std::string_view kind) {
  return {.effect = Decision::Effect::implicit_deny, .policy_kind = std::string(kind)};
}

std::optional<Decision> explicit_deny(const NamedPolicy& policy, std::string_view kind,
                                      const Context& context) {
  const Statement* statement = find_statement(*policy.policy, context, true);
  if (statement == nullptr) return std::nullopt;
  return decided(Decision::Effect::explicit_deny, kind, policy, *statement);
}

std::optional<Decision> any_explicit_deny(const Standing& standing, const Context& context) {
  for (const NamedPolicy& policy : standing.identity) {
    if (auto denied = explicit_deny(policy, identity_kind, context)) return denied;
  }
  if (standing.boundary) {
    if (auto denied = explicit_deny(*standing.boundary, boundary_kind, context)) return denied;
  }
  if (standing.session) return explicit_deny(*standing.session, session_kind, context);
  return std::nullopt;
}

std::optional<Decision> identity_allow(const Standing& standing, const Context& context) {
  for (const NamedPolicy& policy : standing.identity) {
    const Statement* statement = find_statement(*policy.policy, context, false);
    if (statement != nullptr)
      return decided(Decision::Effect::allowed, identity_kind, policy, *statement);
  }
  return std::nullopt;
}

bool narrows_away(const std::optional<NamedPolicy>& policy, const Context& context) {
  return policy && find_statement(*policy->policy, context, false) == nullptr;
}

bool names_itself(const Principals& named, const Principal& caller) {
  if (caller.kind == Principal::Kind::service) {
    return std::find(named.services.begin(), named.services.end(), caller.name) !=
           named.services.end();
  }
  if (named.everyone) return true;
  return std::any_of(named.aws.begin(), named.aws.end(), [&](const std::string& text) {
    return text == caller.arn || (!caller.role_arn.empty() && text == caller.role_arn);
  });
}

bool holds(const std::vector<std::string>& texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

bool names_account(const Principals& named, const Principal& caller) {
  if (caller.account.empty()) return false;
  if (holds(named.aws, caller.account)) return true;
  if (holds(named.aws, base::arn("iam", "", caller.account, "root"))) return true;
  return !named.canonical.empty() && holds(named.canonical, canonical_user(caller.account));
}

// How closely a resource's policy names a caller, which says what else must allow: of an account,
// the caller's own policies too; of a role, what narrows its session.
enum class Naming { none, account, role, itself };

Naming naming_of(const Principals& named, const Principal& caller) {
  if (named.everyone) return Naming::itself;
  if (caller.kind == Principal::Kind::anonymous) {
    return named.all_callers ? Naming::itself : Naming::none;
  }
  if (caller.kind == Principal::Kind::service) {
    return holds(named.services, caller.name) ? Naming::itself : Naming::none;
  }
  if (holds(named.aws, caller.arn)) return Naming::itself;
  if (!caller.role_arn.empty() && holds(named.aws, caller.role_arn)) return Naming::role;
  const bool by_group = named.all_accounts || named.all_callers;
  return by_group || names_account(named, caller) ? Naming::account : Naming::none;
}

// NotPrincipal spares only whom it names with all that it is made of: a session with its role, both
// with their account.
bool is_spared(const Principals& named, const Principal& caller) {
  const Naming naming = naming_of(named, caller);
  if (named.everyone || caller.account.empty()) return naming != Naming::none;
  const bool role_named = caller.role_arn.empty() || holds(named.aws, caller.role_arn);
  return holds(named.aws, caller.arn) && role_named && names_account(named, caller);
}

Naming naming_of(const Statement& statement, const Context& context) {
  const Principal& caller = context.question().principal;
  if (statement.principals.all_but) {
    return is_spared(statement.principals, caller) ? Naming::none : Naming::itself;
  }
  return naming_of(statement.principals, caller);
}

std::optional<Decision> resource_deny(const Guard& guard, const Context& context) {
  if (!guard.policy) return std::nullopt;
  for (const Statement& statement : guard.policy->statements) {
    if (!statement.denies || naming_of(statement, context) == Naming::none) continue;
    if (!statement.covers(context)) continue;
    return decided(Decision::Effect::explicit_deny, resource_kind, {}, statement);
  }
  return std::nullopt;
}

Naming best_allow(const Policy& policy, const Context& context) {
  Naming best = Naming::none;
  for (const Statement& statement : policy.statements) {
    if (statement.denies) continue;
    const Naming naming = naming_of(statement, context);
    if (naming > best && statement.covers(context)) best = naming;
  }
  return best;
}

Naming resource_allow(const Guard& guard, const Context& context) {
  const Principal& caller = context.question().principal;
  const bool is_inside = caller.account == guard.account || caller.kind == Principal::Kind::service;
  const bool policy_counts = guard.policy_allows && (!guard.is_restricted || is_inside);
  Naming best = Naming::none;
  if (guard.policy && policy_counts) best = best_allow(*guard.policy, context);
  if (guard.acl) best = std::max(best, best_allow(*guard.acl, context));
  return best;
}

Decision allowed_by_resource() {
  return {.effect = Decision::Effect::allowed, .policy_kind = std::string(resource_kind)};
}

// What the caller's own policies say; an account's root may do everything in its account's name.
Decision own_decision(const Standing* standing, const Context& context) {
  const Principal::Kind kind = context.question().principal.kind;
  if (kind == Principal::Kind::root) return {.effect = Decision::Effect::allowed};
  const bool has_policies = kind == Principal::Kind::user || kind == Principal::Kind::role_session;
  if (standing == nullptr) return no_policy_allows(has_policies ? identity_kind : resource_kind);
  return decide_by(*standing, context);
}

// Whether boundary and session policy leave what a resource gives to the caller's role.
bool leave_to_role(const Standing* standing, const Context& context) {
  return standing != nullptr && !narrows_away(standing->boundary, context) &&
         !narrows_away(standing->session, context);
}

Decision decide_inside(const Standing* standing, const Guard& guard, const Context& context,
                       Decision own) {
  if (own.allowed()) return own;
  const Naming naming = resource_allow(guard, context);
  const bool is_given =
      naming == Naming::itself || (naming == Naming::role && leave_to_role(standing, context));
  return is_given ? allowed_by_resource() : own;
}

Decision decide_across(const Guard& guard, const Context& context, const Decision& own) {
  const Naming naming = resource_allow(guard, context);
  if (naming == Naming::none) return no_policy_allows(resource_kind);
  const Principal::Kind kind = context.question().principal.kind;
  const bool has_account = kind != Principal::Kind::anonymous && kind != Principal::Kind::service;
  return has_account ? own : allowed_by_resource();
}

}  // namespace

Decision decide_by(const Standing& standing, const Context& context) {
  if (auto denied = any_explicit_deny(standing, context)) return *denied;
  const auto allowed = identity_allow(standing, context);
  if (!allowed) return no_policy_allows(identity_kind);
  if (narrows_away(standing.boundary, context)) return no_policy_allows(boundary_kind);
  if (narrows_away(standing.session, context)) return no_policy_allows(session_kind);
  return *allowed;
}

Decision decide_by(const Standing* standing, const Guard& guard, const Context& context) {
  const Principal& caller = context.question().principal;
  const bool is_inside = !caller.account.empty() && caller.account == guard.owner;
  Decision own = own_decision(standing, context);
  Decision decision;
  if (own.effect == Decision::Effect::explicit_deny) {
    decision = std::move(own);
  } else if (auto denied = resource_deny(guard, context)) {
    decision = *std::move(denied);
  } else if (is_inside) {
    decision = decide_inside(standing, guard, context, std::move(own));
  } else {
    decision = decide_across(guard, context, own);
  }
  const bool is_foreign = caller.account != guard.account;
  decision.is_foreign = is_foreign || caller.account.empty();
  if (is_foreign && decision.allowed()) {
    decision.opened = Opened{.arn = guard.arn, .account = guard.account};
  }
  return decision;
}

Trust trust_of(const Policy& trust_policy, const Context& context) {
  const Principal& caller = context.question().principal;
  Trust best = Trust::not_named;
  for (const Statement& statement : trust_policy.statements) {
    const bool itself = names_itself(statement.principals, caller);
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

}  // namespace millrace::identity
