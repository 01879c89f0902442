// Metrics configurations: Put, Get, Delete and List. What they count is the request meter's.
#include "base/text.hpp"
#include "service/s3/access.hpp"
#include "service/s3/configurations.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/watch.hpp"

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;

constexpr ConfigurationKind kind{
    .setting = metrics_setting, .one = "MetricsConfiguration", .list = "MetricsConfigurationList"};

bool is_access_point_arn(std::string_view arn) {
  return arn.starts_with("arn:aws:s3:") && arn.find(":accesspoint/") != std::string_view::npos;
}

// A filter has one condition, or several under "And".
void check_filter(const Value& document) {
  const Value* filter = document.find("Filter");
  if (filter == nullptr) return;
  if (filter->map().size() != 1) throw malformed_document();
  const Value* all = filter->find("And");
  const Value& conditions = all == nullptr ? *filter : *all;
  const Value* tags = conditions.find("Tags");
  const std::size_t further = tags == nullptr ? 0 : tags->list().size() - 1;
  if (all != nullptr && all->map().size() + further < 2) throw malformed_document();
  const Value* point = conditions.find("AccessPointArn");
  if (point != nullptr && !is_access_point_arn(point->text())) {
    throw invalid_argument("AccessPointArn", point->text(), "Invalid access point ARN");
  }
}

Value put_metrics(Service& service, Call& call, const PutConfiguration& ask) {
  reach(service, call, ask.target.in);
  check_filter(ask.document);
  put_configuration(service, call, kind, ask.target, ask.document);
  if (service.watch != nullptr) service.watch->look_at(ask.target.in.bucket);
  return Map{};
}

constexpr aws::Operation table[] = {
    aws::operation<read_put_of<kind>, put_metrics>(
        "PutBucketMetricsConfiguration", {.access = on_bucket<"PutMetricsConfiguration">}),
    aws::operation<read_configuration_target, get_of<kind>>(
        "GetBucketMetricsConfiguration", {.access = on_bucket<"GetMetricsConfiguration">}),
    aws::operation<read_configuration_target, delete_of<kind>>(
        "DeleteBucketMetricsConfiguration", {.access = on_bucket<"PutMetricsConfiguration">}),
    aws::operation<read_configuration_page, list_of<kind>>(
        "ListBucketMetricsConfigurations", {.access = on_bucket<"GetMetricsConfiguration">}),
};

}  // namespace

const std::span<const aws::Operation> metrics_operations = table;

}  // namespace millrace::service::s3
