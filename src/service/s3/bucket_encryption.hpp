// A bucket's own rule of encryption: its default, and whether customers' keys are blocked.
#pragma once

#include "aws/operation.hpp"
#include "objects/object_store.hpp"

#include <string>
#include <string_view>

namespace millrace::service::s3 {

// Refuses a write with a customer's key where the bucket blocks these.
void check_not_blocked(const aws::Call& call, const objects::Bucket& bucket, std::string_view key);

// Refuses by name every KMS key but the account's own `aws/s3`, given in any of a key's four forms.
void check_managed_key(const std::string& asked, const std::string& managed);

}  // namespace millrace::service::s3
