// When roles and access keys were last used, as answers show it.
#pragma once

#include "identity/entities.hpp"
#include "service/iam/service.hpp"

namespace millrace::service::iam {

// Sets RoleLastUsed, which is empty for a role that never was.
void add_last_used(Service& service, const identity::Role& role, aws::Map& answer);
// Of a key of the account's, as AccessKeyLastUsed.
[[nodiscard]] aws::Map key_last_used(Service& service, const identity::AccessKey& key);

}  // namespace millrace::service::iam
