// S3's frame: its tables, and the codes for what the wire layer refuses by itself.
#include "service/s3/service.hpp"

#include "service/s3/errors.hpp"

namespace millrace::service::s3 {

aws::ServiceEntry entry(Service& service) {
  return {.model = "s3",
          .prefix = "s3",
          .service = &service,
          .tables = {bucket_operations, versioning_operations, configuration_operations,
                     listing_operations, version_listing_operations, get_operations, put_operations,
                     copy_operations, delete_operations, upload_operations, part_operations,
                     attributes_operations, tagging_operations, object_lock_operations},
          .errors = aws::ErrorTable{.invalid_code = "InvalidArgument",
                                    .access_denied_code = "AccessDenied",
                                    .throttled_code = "SlowDown",
                                    .undeclared = undeclared_errors()}};
}

}  // namespace millrace::service::s3
