// Endpoint configurations as endpoints see them.
#pragma once

#include "aws/operation.hpp"
#include "hosting/endpoint.hpp"
#include "service/sagemaker/service.hpp"

#include <optional>
#include <string>
#include <vector>

namespace millrace::service::sagemaker {

[[nodiscard]] std::string endpoint_config_arn(const aws::Call& call, std::string_view name);
// The variants that a configuration asks for, with their models as they now are. Throws
// ValidationException where the configuration or one of its models is absent.
[[nodiscard]] std::vector<hosting::Variant> variants_of_config(Service& service,
                                                               const aws::Call& call,
                                                               const std::string& name);

}  // namespace millrace::service::sagemaker
