// What a role's session is made of: the role, who takes it on, and what is asked for with it.
#pragma once

#include "identity/authority.hpp"
#include "identity/entities.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace millrace::identity {

using TagPairs = std::vector<std::pair<std::string, std::string>>;

// A session of the role's own, which nobody asked for anything.
[[nodiscard]] Principal session_of_role(const Role& role, std::string_view session_name);

// The id of the user or role whose policies are the principal's own. Empty: it has none, as an
// account's root or a service. Names are given anew, ids are not.
[[nodiscard]] std::string_view holder_id(const Principal& principal);

// The tags that the caller's session hands on: they count as asked for.
[[nodiscard]] TagPairs inherited_tags(const Principal& caller);

// What the trust policy must allow: an identity of a provider has actions of its own.
[[nodiscard]] std::string_view assuming_action(const Principal& caller);
// The condition keys by which it sees the request.
[[nodiscard]] Conditions request_conditions(const AssumeRequest& request);
// The session that the request gets once it is allowed.
[[nodiscard]] Principal session_for(const Role& role, const AssumeRequest& request);

// The session of a federated user: what its user may, narrowed by what it was given, which is
// nothing unless it is said.
struct FederationRequest {
  Principal user;  // or an account's root
  std::string name;
  std::optional<std::string> session_policy;
  std::vector<std::string> session_policy_arns;
  std::vector<std::pair<std::string, std::string>> session_tags;
};
[[nodiscard]] Principal federated_user(const FederationRequest& request);

}  // namespace millrace::identity
