// The policies that bear on a user or a role, put together from what an account holds.
#pragma once

#include "identity/aws_policies.hpp"
#include "identity/contents.hpp"
#include "policy/decision.hpp"

namespace millrace::identity {

// The account's own managed policy, or AWS's; null where there is none.
[[nodiscard]] Shared<ManagedPolicy> find_policy(const Contents& contents, const AwsPolicies& aws,
                                                std::string_view arn);
[[nodiscard]] policy::Standing standing_of(const User& user, const Contents& contents,
                                           const AwsPolicies& aws);
// What it gives its members.
[[nodiscard]] policy::Standing standing_of(const Group& group, const Contents& contents,
                                           const AwsPolicies& aws);
[[nodiscard]] policy::Standing standing_of(const Role& role, const Contents& contents,
                                           const AwsPolicies& aws);

}  // namespace millrace::identity
