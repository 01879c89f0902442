// Handing a role to a service, which then acts with it: iam:PassRole.
#pragma once

#include "identity/authority.hpp"

#include <string_view>

namespace millrace::identity {

// The question that must be allowed before a caller may give `role_arn` to `service`
// ("sagemaker.amazonaws.com"). `conditions` are the request's own.
[[nodiscard]] policy::Question passing_question(const policy::Principal& caller,
                                                std::string_view role_arn, std::string_view service,
                                                const policy::Conditions& conditions = {});

[[nodiscard]] bool may_pass(Authority& authority, const policy::Principal& caller,
                            std::string_view role_arn, std::string_view service,
                            const policy::Conditions& conditions = {});

}  // namespace millrace::identity
