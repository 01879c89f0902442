// STS: who calls, and temporary credentials for roles.
#pragma once

#include "aws/operation.hpp"
#include "identity/directory.hpp"
#include "identity/issuer_keys.hpp"

#include <span>

namespace millrace::service::sts {

struct Service {
  identity::Directory& directory;
  identity::Authority& authority;
  base::Clock& clock;
  const identity::IssuerKeys& issuer_keys;
  const identity::Vault& vault;
};

[[nodiscard]] aws::ServiceEntry entry(Service& service);

extern const std::span<const aws::Operation> caller_operations;
extern const std::span<const aws::Operation> federated_session_operations;
extern const std::span<const aws::Operation> decode_operations;
extern const std::span<const aws::Operation> session_operations;
extern const std::span<const aws::Operation> user_session_operations;

}  // namespace millrace::service::sts
