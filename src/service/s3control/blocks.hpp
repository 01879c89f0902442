// A PublicAccessBlockConfiguration as requests bring it and answers show it.
#pragma once

#include "aws/operation.hpp"
#include "objects/openness.hpp"

namespace millrace::service::s3control {

constexpr const char* block_members[] = {"BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy",
                                         "RestrictPublicBuckets"};

// What is not said does not block.
[[nodiscard]] objects::PublicBlock read_block(const aws::View& block);
[[nodiscard]] aws::Value block_value(const objects::PublicBlock& block);

}  // namespace millrace::service::s3control
