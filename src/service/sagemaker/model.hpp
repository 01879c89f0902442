// Models as the other resources of SageMaker see them.
#pragma once

#include "aws/operation.hpp"
#include "hosting/endpoint.hpp"
#include "service/sagemaker/service.hpp"

#include <optional>
#include <string>

namespace millrace::service::sagemaker {

[[nodiscard]] aws::Error no_model(const aws::Call& call, std::string_view name);
// The part of a variant that the model gives; nothing when there is no such model.
[[nodiscard]] std::optional<hosting::Variant> variant_of_model(Service& service,
                                                               const aws::Call& call,
                                                               const std::string& name);

}  // namespace millrace::service::sagemaker
