// Storage class analysis configurations of a bucket: put, got, deleted, listed. What they export is
// reports/'s.
#include "reports/analyses.hpp"
#include "service/s3/access.hpp"
#include "service/s3/configurations.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/report_form.hpp"

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;
using aws::View;

constexpr ConfigurationKind kind{.setting = reports::analysis_setting,
                                 .one = "AnalyticsConfiguration",
                                 .list = "AnalyticsConfigurationList"};

struct PutAnalytics {
  ConfigurationTarget target;
  Value document;
};

PutAnalytics read_put(const View& in) {
  PutAnalytics ask{.target = read_configuration_target(in), .document = Map{}};
  const Value* document = in.take("AnalyticsConfiguration").whole();
  if (document != nullptr) ask.document = *document;
  return ask;
}

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

Value put_analytics(Service& service, Call& call, const PutAnalytics& ask) {
  reach(service, call, ask.target.in);
  check_id(ask.target, ask.document);
  check(ask.document);
  put_configuration(service, call, kind, ask.target, ask.document);
  translated([&] {
    reports::begin(service.objects, call.permit(), name_of(ask.target), reports::day_of(call.now));
  });
  return Map{};
}

Value get_analytics(Service& service, Call& call, const ConfigurationTarget& ask) {
  return get_configuration(service, call, kind, ask);
}

Value delete_analytics(Service& service, Call& call, const ConfigurationTarget& ask) {
  delete_configuration(service, call, kind, ask);
  translated([&] { reports::forget_analysis(service.objects, call.permit(), name_of(ask)); });
  return Map{};
}

Value list_analytics(Service& service, Call& call, const ConfigurationPage& ask) {
  return list_configurations(service, call, kind, ask);
}

constexpr aws::Operation table[] = {
    aws::operation<read_put, put_analytics>("PutBucketAnalyticsConfiguration",
                                            {.access = on_bucket<"PutAnalyticsConfiguration">}),
    aws::operation<read_configuration_target, get_analytics>(
        "GetBucketAnalyticsConfiguration", {.access = on_bucket<"GetAnalyticsConfiguration">}),
    aws::operation<read_configuration_target, delete_analytics>(
        "DeleteBucketAnalyticsConfiguration", {.access = on_bucket<"PutAnalyticsConfiguration">}),
    aws::operation<read_configuration_page, list_analytics>(
        "ListBucketAnalyticsConfigurations", {.access = on_bucket<"GetAnalyticsConfiguration">}),
};

}  // namespace

const std::span<const aws::Operation> analytics_operations = table;

}  // namespace millrace::service::s3
