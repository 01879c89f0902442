// S3ComputeObjectChecksum: the one operation of jobs that S3 itself has not. It reads the object
// and tells in the report what its bytes come to.
#pragma once

#include "aws/caller.hpp"
#include "objects/object_store.hpp"
#include "service/s3control/tasks.hpp"

#include <string>
#include <string_view>

namespace millrace::service::s3control {

constexpr std::string_view checksum_operation = "S3ComputeObjectChecksum";

// The report's message. Throws aws::Error, as HeadObject does for what cannot be read.
[[nodiscard]] std::string compute_checksum(aws::Caller& caller, objects::ObjectStore& objects,
                                           identity::Authority& authority,
                                           const policy::Principal& role, const base::Map& members,
                                           const Task& task, const std::string& region);

}  // namespace millrace::service::s3control
