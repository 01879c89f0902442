// After "Policy evaluation logic", "Cross-account policy evaluation logic", and "SCP evaluation"
// and "RCP evaluation" of the guide to Organizations.
#include "policy/testing/plain_decision.hpp"

#include "policy/resource_controls.hpp"
#include "policy/testing/plain_context.hpp"
#include "policy/testing/plain_statement.hpp"

#include <algorithm>

namespace millrace::policy::testing {
namespace {

bool allows(const Document& policy, const Asked& asked) {
  return std::ranges::any_of(applying(policy, asked),
                             [](const Applying& one) { return !one.denies; });
}

bool denies(const Document& policy, const Asked& asked) {
  return std::ranges::any_of(applying(policy, asked),
                             [](const Applying& one) { return one.denies; });
}

bool any_allows(const Documents& policies, const Asked& asked) {
  return std::ranges::any_of(policies, [&](const Document& one) { return allows(one, asked); });
}

bool any_denies(const Documents& policies, const Asked& asked) {
  return std::ranges::any_of(policies, [&](const Document& one) { return denies(one, asked); });
}

const Overlay* overlay_of(const Case& asked, const std::string& account) {
  const auto found = asked.overlays.find(account);
  return found == asked.overlays.end() ? nullptr : &found->second;
}

// "SCP effects on permissions": users, roles and the root of member accounts; neither the
// management account nor service-linked roles.
std::vector<Documents> service_controls(const Case& asked) {
  const Overlay* overlay = overlay_of(asked, asked.caller.account);
  if (overlay == nullptr || overlay->is_management) return {};
  if (asked.caller.is_service_linked) return {};
  return overlay->service_controls;
}

// "RCP effects on permissions": resources of member accounts, of some services, whoever asks but
// service-linked roles.
std::vector<Documents> resource_controls(const Case& asked) {
  const Overlay* overlay = overlay_of(asked, asked.owner);
  if (overlay == nullptr || overlay->is_management) return {};
  if (asked.caller.is_service_linked || !is_under_resource_controls(asked.action)) return {};
  return overlay->resource_controls;
}

bool any_level_denies(const std::vector<Documents>& levels, const Asked& asked) {
  return std::ranges::any_of(levels, [&](const Documents& one) { return any_denies(one, asked); });
}

// "SCP evaluation": each level of the path from the root down must allow, by itself.
bool every_level_allows(const std::vector<Documents>& levels, const Asked& asked) {
  return std::ranges::all_of(levels, [&](const Documents& one) { return any_allows(one, asked); });
}

bool resource_policy_denies(const Case& the, const Asked& asked) {
  if (!the.resource_policy) return false;
  return std::ranges::any_of(applying(*the.resource_policy, asked), [&](const Applying& one) {
    return one.denies && strikes(one.statement, the.caller, the.boundary.has_value());
  });
}

// The best that an Allow of the resource's policy says of the caller.
Naming granted_by_resource(const Case& the, const Asked& asked) {
  Naming best = Naming::none;
  if (!the.resource_policy) return best;
  for (const Applying& one : applying(*the.resource_policy, asked)) {
    if (!one.denies) best = std::max(best, naming(one.statement, the.caller));
  }
  return best;
}

// "Deny evaluation": even one explicit deny in all policies that apply is final.
bool is_denied(const Case& the, const Asked& asked) {
  return any_level_denies(resource_controls(the), asked) ||
         any_level_denies(service_controls(the), asked) || resource_policy_denies(the, asked) ||
         any_denies(the.identity, asked) || (the.boundary && denies(*the.boundary, asked)) ||
         (the.session && any_denies(*the.session, asked));
}

// "IAM permissions boundaries" and "Session policies": each that is there must allow; a federated
// user has nothing without a session policy.
bool limits_allow(const Case& the, const Asked& asked) {
  if (the.boundary && !allows(*the.boundary, asked)) return false;
  if (the.session) return any_allows(*the.session, asked);
  return the.caller.who != Who::federated_user;
}

// "Cross-account policy evaluation logic": both accounts' evaluations must allow.
bool is_allowed_across(const Case& the, const Asked& asked, Naming by_resource) {
  if (by_resource == Naming::none) return false;
  if (the.caller.who == Who::root) return true;
  return any_allows(the.identity, asked) && limits_allow(the, asked);
}

// "Resource-based policies": what names the user or session itself is not limited by implicit
// denies; what names the role, or the user behind a federated session, is by boundary and session
// policy; what names the account leaves it to the identity's policies.
bool is_allowed_within(const Case& the, const Asked& asked, Naming by_resource) {
  if (the.caller.who == Who::root || by_resource == Naming::itself) return true;
  const bool granted = by_resource == Naming::holder || any_allows(the.identity, asked);
  return granted && limits_allow(the, asked);
}

// That everybody may be services is not told of trust policies: an allow must name them.
Naming granted_by_trust(const Case& the, const Asked& asked) {
  const bool is_service = the.caller.who == Who::service;
  Naming best = Naming::none;
  for (const Applying& one : applying(the.resource_policy.value(), asked)) {
    if (one.denies || (is_service && *one.statement.find("Principal") == base::Value("*")))
      continue;
    best = std::max(best, naming(one.statement, the.caller));
  }
  return best;
}

bool is_allowed(const Case& the, const Asked& asked) {
  const Naming by_resource = granted_by_resource(the, asked);
  // Services and the anonymous have no account whose policies could speak.
  if (the.caller.account.empty()) return by_resource == Naming::itself;
  if (the.caller.account != the.owner) return is_allowed_across(the, asked, by_resource);
  return is_allowed_within(the, asked, by_resource);
}

}  // namespace

Outcome plain_decision(const Case& the) {
  const Asked asked{.action = the.action, .resource = the.resource, .context = context_of(the)};
  if (is_denied(the, asked)) return Outcome::explicit_deny;
  const bool within_controls = every_level_allows(resource_controls(the), asked) &&
                               every_level_allows(service_controls(the), asked);
  return within_controls && is_allowed(the, asked) ? Outcome::allowed : Outcome::implicit_deny;
}

// "The role trust policy": it must allow who asks, by name or by account; one that names the
// account leaves it to the account's policies.
Trusted plain_trust(const Case& the) {
  const Asked asked{.action = the.action, .resource = the.resource, .context = context_of(the)};
  if (resource_policy_denies(the, asked)) return Trusted::denied;
  const Naming granted = granted_by_trust(the, asked);
  if (granted == Naming::none) return Trusted::no;
  return granted == Naming::account ? Trusted::by_account : Trusted::by_name;
}

}  // namespace millrace::policy::testing
