// Storage class analysis configurations of a bucket: put, got, deleted, listed. What they export is
// reports/'s.
#include "reports/analyses.hpp"
#include "service/s3/access.hpp"
#include "service/s3/configurations.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/report_form.hpp"
#include "service/s3/watch.hpp"

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;

constexpr ConfigurationKind kind{
    .setting = reports::analysis_setting,
    .one = "AnalyticsConfiguration",
    .list = "AnalyticsConfigurationList",
    .words =
        BadIdWords{.empty = "Config Id is null or empty",
                   .too_long = "Config Id should not be more than 1 char and less than 64 chars in "
                               "length"}};

void check(const Value& document) {
  const Value& analysis = needed(document, "StorageClassAnalysis");
  const Value* exported = analysis.find("DataExport");
  if (exported == nullptr) return;
  check_one_of(needed(*exported, "OutputSchemaVersion"), {"V_1"});
  const Value& to = needed(needed(*exported, "Destination"), "S3BucketDestination");
  check_one_of(needed(to, "Format"), {"CSV"});
  check_destination_bucket(needed(to, "Bucket"));
}

objects::SettingName name_of(const ConfigurationTarget& target) {
  return {.bucket = target.in.bucket, .kind = std::string(kind.setting), .id = target.id};
}

void look_again(Service& service, const ConfigurationTarget& target) {
  if (service.watch != nullptr) service.watch->readings().look_at(target.in.bucket);
}

Value put_analytics(Service& service, Call& call, const PutConfiguration& ask) {
  reach(service, call, ask.target.in);
  check(ask.document);
  put_configuration(service, call, kind, ask.target, ask.document);
  translated([&] {
    reports::begin(service.objects, call.permit(), name_of(ask.target), reports::day_of(call.now));
    look_again(service, ask.target);
  });
  return Map{};
}

Value delete_analytics(Service& service, Call& call, const ConfigurationTarget& ask) {
  delete_configuration(service, call, kind, ask);
  translated([&] {
    look_again(service, ask);
    reports::forget_analysis(service.objects, call.permit(), name_of(ask));
  });
  return Map{};
}

constexpr aws::Operation table[] = {
    aws::operation<read_put_of<kind>, put_analytics>(
        "PutBucketAnalyticsConfiguration", {.access = on_bucket<"PutAnalyticsConfiguration">}),
    aws::operation<read_configuration_target, get_of<kind>>(
        "GetBucketAnalyticsConfiguration", {.access = on_bucket<"GetAnalyticsConfiguration">}),
    aws::operation<read_configuration_target, delete_analytics>(
        "DeleteBucketAnalyticsConfiguration", {.access = on_bucket<"PutAnalyticsConfiguration">}),
    aws::operation<read_configuration_page, list_of<kind>>(
        "ListBucketAnalyticsConfigurations", {.access = on_bucket<"GetAnalyticsConfiguration">}),
};

}  // namespace

const std::span<const aws::Operation> analytics_operations = table;

}  // namespace millrace::service::s3
