// Deny before allow: what the policies that speak of a principal decide about a question.
#pragma once

#include "identity/authority.hpp"
#include "identity/ceilings.hpp"
#include "identity/guard.hpp"
#include "identity/policy.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace millrace::identity {

// All policies that bear on a principal. A boundary or session policy grants nothing: it narrows
// what the identity's grant.
struct Standing {
  std::vector<NamedPolicy> identity;
  std::optional<NamedPolicy> boundary;
  std::optional<NamedPolicy> session;
};

[[nodiscard]] Decision decide_by(const Standing& standing, const Context& context);

// The policies of a caller and those of a resource together: within one account either may allow,
// across accounts both must; a deny in any wins. `standing` is null for whoever has no policies: an
// account's root, a service, the anonymous.
[[nodiscard]] Decision decide_by(const Standing* standing, const Guard& guard,
                                 const Context& context);

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

// What a trust policy says about a caller. AWS tells a statement that names the caller itself from
// one that names its account: the second leaves it to the account's own policies.
enum class Trust { not_named, denied, account_named, caller_named };
[[nodiscard]] Trust trust_of(const Policy& trust_policy, const Context& context);

}  // namespace millrace::identity
