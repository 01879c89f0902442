#include "service/s3/storage_meter.hpp"

#include "objects/bucket_sizes.hpp"
#include "service/s3/request_meter.hpp"

#include <array>

namespace millrace::service::s3 {

namespace {

struct StorageType {
  std::string_view storage_class;
  std::string_view name;
};
constexpr std::array types = {StorageType{"STANDARD", "StandardStorage"},
                              StorageType{"REDUCED_REDUNDANCY", "ReducedRedundancyStorage"},
                              StorageType{"STANDARD_IA", "StandardIAStorage"},
                              StorageType{"ONEZONE_IA", "OneZoneIAStorage"},
                              StorageType{"INTELLIGENT_TIERING", "IntelligentTieringFAStorage"},
                              StorageType{"GLACIER_IR", "GlacierInstantRetrievalStorage"},
                              StorageType{"GLACIER", "GlacierStorage"},
                              StorageType{"DEEP_ARCHIVE", "DeepArchiveStorage"}};

telemetry::MetricId metric(const objects::BucketSize& size, std::string name,
                           std::string_view type) {
  return {.space = std::string(metrics_space),
          .name = std::move(name),
          .dimensions = {{"BucketName", size.bucket}, {"StorageType", std::string(type)}}};
}

std::vector<telemetry::Datum> data_of(const objects::BucketSize& size, base::Timestamp midnight) {
  std::vector<telemetry::Datum> data;
  for (const auto& [storage_class, name] : types) {
    const auto found = size.bytes.find(std::string(storage_class));
    if (found == size.bytes.end()) continue;
    data.push_back(telemetry::single(metric(size, "BucketSizeBytes", name), midnight,
                                     static_cast<double>(found->second), "Bytes"));
  }
  data.push_back(telemetry::single(metric(size, "NumberOfObjects", "AllStorageTypes"), midnight,
                                   static_cast<double>(size.things), "Count"));
  return data;
}

bool is_there(telemetry::Metrics& metrics, const telemetry::Scope& scope,
              const telemetry::Datum& datum) {
  return !metrics
              .statistics(scope, {.metric = datum.metric,
                                  .from = datum.time,
                                  .to = datum.time + std::chrono::milliseconds(1),
                                  .period_s = 1,
                                  .unit = std::nullopt})
              .empty();
}

}  // namespace

void put_storage_metrics(store::Database& database, telemetry::Metrics& metrics,
                         base::Timestamp now) {
  const base::Timestamp midnight = std::chrono::floor<std::chrono::days>(now);
  for (const objects::BucketSize& size : objects::bucket_sizes(database)) {
    if (size.things == 0) continue;
    const telemetry::Scope scope{.account = size.account, .region = size.region};
    const auto data = data_of(size, midnight);
    if (!is_there(metrics, scope, data.back())) metrics.put(scope, data);
  }
}

}  // namespace millrace::service::s3
