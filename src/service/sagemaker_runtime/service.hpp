// SageMaker Runtime: invocations of endpoints.
#pragma once

#include "aws/operation.hpp"
#include "hosting/endpoints.hpp"

namespace millrace::service::sagemaker_runtime {

struct Service {
  hosting::Endpoints& endpoints;
};

[[nodiscard]] aws::ServiceEntry entry(Service& service);

}  // namespace millrace::service::sagemaker_runtime
