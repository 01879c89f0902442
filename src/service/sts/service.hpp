// STS: who calls, and temporary credentials for roles.
#pragma once

#include "aws/operation.hpp"
#include "identity/directory.hpp"

#include <span>

namespace millrace::service::sts {

struct Service {
  identity::Directory& directory;
  identity::Authority& authority;
  base::Clock& clock;
};

[[nodiscard]] aws::ServiceEntry entry(Service& service);

extern const std::span<const aws::Operation> caller_operations;
extern const std::span<const aws::Operation> session_operations;

}  // namespace millrace::service::sts
