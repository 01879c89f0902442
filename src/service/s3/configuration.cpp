// What S3 answers about a bucket that was never configured, where that is the truth here too: none
// of these configurations can be put yet.
#include "service/s3/access.hpp"
#include "service/s3/target.hpp"

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;

Value is_empty(Service& service, Call& call, const Target& ask) {
  reach(service, call, ask);
  return Map{};
}

constexpr aws::Operation table[] = {
    aws::operation<read_target, is_empty>("GetBucketNotificationConfiguration",
                                          {.access = on_bucket<"GetBucketNotification">}),
};

}  // namespace

const std::span<const aws::Operation> configuration_operations = table;

}  // namespace millrace::service::s3
