// S3's frame: its tables, and the codes for what the wire layer refuses by itself.
#include "service/s3/service.hpp"

#include "service/s3/cors.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/post.hpp"
#include "service/s3/report_form.hpp"
#include "service/s3/website_pages.hpp"

namespace millrace::service::s3 {

namespace {

// What AWS answers though its model has no such operation.
constexpr aws::Beside beside[] = {
    {"GetPage", is_visit, serve_page},
    {"PreflightRequest", is_preflight, answer_preflight},
    {"PostObject", is_upload_form, post_object},
};

}  // namespace

aws::ServiceEntry entry(Service& service) {
  return {.model = "s3",
          .prefix = "s3",
          .service = &service,
          .tables = {acl_operations,           policy_operations,
                     public_access_operations, bucket_operations,
                     versioning_operations,    configuration_operations,
                     listing_operations,       version_listing_operations,
                     get_operations,           put_operations,
                     copy_operations,          delete_operations,
                     upload_operations,        part_operations,
                     attributes_operations,    tagging_operations,
                     object_lock_operations,   cors_operations,
                     website_operations,       payment_operations,
                     accelerate_operations,    select_operations,
                     analytics_operations,     inventory_operations,
                     tiering_operations,       lifecycle_operations,
                     restore_operations,       bucket_encryption_operations,
                     logging_operations,       metrics_operations,
                     replication_operations},
          .errors = aws::ErrorTable{.invalid_code = "InvalidArgument",
                                    .access_denied_code = "AccessDenied",
                                    .throttled_code = "SlowDown",
                                    .undeclared = undeclared_errors()}};
}

aws::BesideEntry beside_entry(Service& service) {
  return {.model = "s3", .service = &service, .beside = beside, .dress = dress_for_browser};
}

}  // namespace millrace::service::s3
