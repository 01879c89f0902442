// Deny before allow: what all the policies that bear on a question decide about it.
#pragma once

#include "policy/ceilings.hpp"
#include "policy/guard.hpp"
#include "policy/policy.hpp"
#include "policy/question.hpp"

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace millrace::policy {

// What a user or role holds. A boundary grants nothing: it narrows what the identity's policies
// grant.
struct Standing {
  std::vector<NamedPolicy> identity;
  std::optional<NamedPolicy> boundary;
};

// All that bears on one question.
struct Bearing {
  // The caller's own policies; null for whoever has none: an account's root, a service, the
  // anonymous.
  const Standing* standing = nullptr;
  // What narrows the session of a role or of a federated user: one of them must allow. Null: no
  // policy was passed for the session.
  const std::vector<NamedPolicy>* session = nullptr;
  // Null: the resource has no policy, and is the account's that its ARN names.
  const Guard* guard = nullptr;
  // Over the caller's account and over the resource's; null: that is in no organisation.
  const Ceiling* over_caller = nullptr;
  const Ceiling* over_resource = nullptr;
};

// The whole order: an explicit deny anywhere, resource control policies, service control policies,
// the resource's policy, the identity's, its boundary, the session's.
[[nodiscard]] Decision decide_by(const Bearing& bearing, const Context& context);

// Of what a principal holds alone, whosever the resource is.
[[nodiscard]] Decision decide_by(const Standing& standing, const Context& context);
// The same beside a resource's side; no organisation, no session that is narrowed.
[[nodiscard]] Decision decide_by(const Standing* standing, const Guard& guard,
                                 const Context& context);

// What the organisations alone forbid, by deny or by silence; nothing: they leave it to the others.
[[nodiscard]] std::optional<Decision> forbidden_by_organizations(const Bearing& bearing,
                                                                 const Context& context);
// Whether control policies over the caller's account, or over the resource's, bind this question.
[[nodiscard]] bool is_bound_by_service_controls(const Bearing& bearing, const Context& context);
[[nodiscard]] bool is_bound_by_resource_controls(const Bearing& bearing, const Context& context);

// The kinds of policies, in AWS's words.
inline constexpr std::string_view service_control_kind = "service control policy";
inline constexpr std::string_view resource_control_kind = "resource control policy";
inline constexpr std::string_view identity_kind = "identity-based policy";
inline constexpr std::string_view boundary_kind = "permissions boundary";
inline constexpr std::string_view session_kind = "session policy";
inline constexpr std::string_view resource_kind = "resource-based policy";
inline constexpr std::string_view trust_kind = "role trust policy";

// What a trust policy says about a caller. AWS tells a statement that names the caller itself from
// one that names its account: the second leaves it to the account's own policies.
enum class Trust { not_named, denied, account_named, caller_named };
[[nodiscard]] Trust trust_of(const Policy& trust_policy, const Context& context);

}  // namespace millrace::policy
