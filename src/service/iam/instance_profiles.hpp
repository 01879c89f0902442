// How an instance profile looks in answers.
#pragma once

#include "service/iam/answers.hpp"
#include "service/iam/service.hpp"

namespace millrace::service::iam {

// With its role; tags where the profile is shown whole.
[[nodiscard]] base::Map profile_answer(Service& service, const identity::InstanceProfile& profile,
                                       Detail detail);

}  // namespace millrace::service::iam
