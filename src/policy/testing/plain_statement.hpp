// What a statement speaks of, in the plain specification: actions, resources, conditions, and whom
// it names.
#pragma once

#include "policy/testing/plain_case.hpp"

#include <string>
#include <vector>

namespace millrace::policy::testing {

// A request as statements see it.
struct Asked {
  std::string action;
  std::string resource;
  Keys context;  // all condition keys that it has
};

// In which way a Principal element names a caller: not at all, by its account, by the role or user
// behind its session, or itself. Everybody is named themselves.
enum class Naming { none, account, holder, itself };

struct Applying {
  base::Value statement;
  bool denies = false;
};

// The statements of a policy that apply to the request by action, resource and conditions.
[[nodiscard]] std::vector<Applying> applying(const Document& policy, const Asked& asked);

// How an Allow of a resource's policy names the caller.
[[nodiscard]] Naming naming(const base::Value& statement, const Caller& caller);
// Whether a Deny of a resource's policy strikes the caller, who may have a permissions boundary.
[[nodiscard]] bool strikes(const base::Value& statement, const Caller& caller, bool is_bounded);

[[nodiscard]] std::string own_arn(const Caller& caller);
// The id of the user or role whose policies are the caller's; empty for others.
[[nodiscard]] std::string holder_id(const Caller& caller);
// Of the role behind a session, or of the user behind a federated one; else the caller's own.
[[nodiscard]] std::string holder_arn(const Caller& caller);

}  // namespace millrace::policy::testing
