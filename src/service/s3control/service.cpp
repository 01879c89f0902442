// S3 Control's frame: its tables, and the statuses of codes that its model does not declare.
#include "service/s3control/service.hpp"

namespace millrace::service::s3control {

namespace {

using Undeclared = aws::ErrorTable::Undeclared;

constexpr Undeclared undeclared[] = {
    {"AccessDenied", 403},
    {"NoSuchPublicAccessBlockConfiguration", 404},
    {"NoSuchAccessPoint", 404},
    {"NoSuchAccessPointPolicy", 404},
    {"NoSuchBucket", 404},
    {"NoSuchResource", 404},
    {"AccessPointAlreadyOwnedByYou", 409},
    {"NotImplemented", 501},
    {"SlowDown", 503},
};

}  // namespace

aws::ServiceEntry entry(Service& service) {
  return {.model = "s3control",
          .prefix = "s3",
          .service = &service,
          .tables = {job_create_operations, job_show_operations, job_update_operations,
                     job_tagging_operations, point_operations, point_policy_operations,
                     public_access_operations, resource_tag_operations},
          .errors = aws::ErrorTable{.invalid_code = "InvalidRequest",
                                    .access_denied_code = "AccessDenied",
                                    .throttled_code = "SlowDown",
                                    .undeclared = undeclared}};
}

}  // namespace millrace::service::s3control
