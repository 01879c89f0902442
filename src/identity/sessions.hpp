// What a role's session is made of: the role, who takes it on, and what is asked for with it.
#pragma once

#include "identity/authority.hpp"
#include "identity/entities.hpp"
#include "policy/context.hpp"

#include <string_view>

namespace millrace::identity {

// A session of the role's own, which nobody asked for anything.
[[nodiscard]] policy::Principal session_of_role(const Role& role, std::string_view session_name);

// The id of the user or role whose policies are the principal's own. Empty: it has none, as an
// account's root or a service. Names are given anew, ids are not.
[[nodiscard]] std::string_view holder_id(const policy::Principal& principal);

// The tags that the caller's session hands on: they count as asked for.
[[nodiscard]] policy::TagPairs inherited_tags(const policy::Principal& caller);

// What the trust policy must allow: an identity of a provider has actions of its own.
[[nodiscard]] std::string_view assuming_action(const policy::Principal& caller);
// The condition keys by which it sees the request.
[[nodiscard]] policy::Conditions request_conditions(const AssumeRequest& request);
// The session that the request gets once it is allowed.
[[nodiscard]] policy::Principal session_for(const Role& role, const AssumeRequest& request);

// The session of a federated user: what its user may, narrowed by what it was given, which is
// nothing unless it is said.
struct FederationRequest {
  policy::Principal user;  // or an account's root
  std::string name;
  std::optional<std::string> session_policy;
  std::vector<std::string> session_policy_arns;
  std::vector<std::pair<std::string, std::string>> session_tags;
};
[[nodiscard]] policy::Principal federated_user(const FederationRequest& request);

}  // namespace millrace::identity
