// The condition keys that SageMaker gives to a request that creates something, from what it asks
// for.
#pragma once

#include "aws/call.hpp"
#include "base/value.hpp"
#include "identity/authority.hpp"

namespace millrace::service::sagemaker {

// Keys of members that the request lacks are absent.
[[nodiscard]] policy::Conditions request_keys(const aws::Call& call, const base::Value& input);

}  // namespace millrace::service::sagemaker
