// The order of decision: an explicit deny anywhere, then the identity's allow, then what narrows
// it.
#include "identity/decision.hpp"

#include "base/arn.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace millrace::identity {
namespace {

constexpr std::string_view identity_kind = "identity-based policy";
constexpr std::string_view boundary_kind = "permissions boundary";
constexpr std::string_view session_kind = "session policy";

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

bool names_account(const Principals& named, const Principal& caller) {
  if (caller.account.empty()) return false;
  const std::string root = base::arn("iam", "", caller.account, "root");
  return std::any_of(named.aws.begin(), named.aws.end(), [&](const std::string& text) {
    return text == caller.account || text == root;
  });
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
