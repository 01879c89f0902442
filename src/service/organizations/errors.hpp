// Input that the service itself refuses, with AWS's reason.
#pragma once

#include "aws/error.hpp"

#include <string>

namespace millrace::service::organizations {

[[nodiscard]] aws::Error invalid_input(const std::string& message, const std::string& reason);

}  // namespace millrace::service::organizations
