// S3ReplicateObject: an object that was there before its bucket's replication, or could not be
// copied, is replicated now.
#pragma once

#include "objects/object_store.hpp"
#include "service/s3control/tasks.hpp"

#include <stop_token>
#include <string_view>

namespace millrace::service::s3control {

constexpr std::string_view replication_operation = "S3ReplicateObject";

struct ReplicationUnfinished {};  // the server stops: the task is open still

// Returns when all copies are made. Throws aws::Error where they are not, and
// ReplicationUnfinished.
void replicate_object(objects::ObjectStore& objects, identity::Authority& authority,
                      const policy::Principal& role, const Task& task, const std::stop_token& stop);

}  // namespace millrace::service::s3control
