// S3 Control: what its operations stand on, and its entry for dispatch.
#pragma once

#include "aws/operation.hpp"
#include "identity/principal_binding.hpp"
#include "objects/object_store.hpp"
#include "policy/policy.hpp"
#include "store/records.hpp"

#include <functional>
#include <span>

namespace millrace::service::s3control {

class BatchJobs;

struct Service {
  objects::ObjectStore& objects;
  store::Records& records;
  identity::Authority& authority;
  BatchJobs& batch;
  identity::PrincipalBinding principals = {};
};

[[nodiscard]] aws::ServiceEntry entry(Service& service);

extern const std::span<const aws::Operation> job_create_operations;
extern const std::span<const aws::Operation> job_show_operations;
extern const std::span<const aws::Operation> job_tagging_operations;
extern const std::span<const aws::Operation> job_update_operations;
extern const std::span<const aws::Operation> point_operations;
extern const std::span<const aws::Operation> point_policy_operations;
extern const std::span<const aws::Operation> public_access_operations;
extern const std::span<const aws::Operation> resource_tag_operations;

}  // namespace millrace::service::s3control
