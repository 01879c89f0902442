// Metrics: data points put under a namespace, name and dimensions, and their statistics by period.
#pragma once

#include "base/time.hpp"
#include "store/database.hpp"
#include "telemetry/logs.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::telemetry {

using Dimensions = std::vector<std::pair<std::string, std::string>>;  // kept sorted by name

struct MetricId {
  std::string space;  // the namespace: "/aws/sagemaker/TrainingJobs"
  std::string name;
  Dimensions dimensions;
};

// One observation, or a set of them given by statistics.
struct Datum {
  MetricId metric;
  base::Timestamp time;
  double sum = 0;  // of a single value: the value
  double minimum = 0;
  double maximum = 0;
  double count = 1;
  std::string unit = "None";
  std::vector<std::pair<double, double>>
      values;  // value and how often; for percentiles. Empty for a statistic set
};

[[nodiscard]] Datum single(MetricId metric, base::Timestamp time, double value,
                           std::string unit = "None");
// One more observation of the same metric, at about the same time.
void add(Datum& datum, double value);

struct Bucketed {
  base::Timestamp start;
  double sum = 0;
  double minimum = 0;
  double maximum = 0;
  double count = 0;
  std::string unit;
  std::vector<std::pair<double, double>> values;  // sorted by value
};

// Nothing where single observations are unknown (of statistic sets) or negative, as in CloudWatch.
[[nodiscard]] std::optional<double> percentile(const Bucketed& bucket, double percent);

struct MetricQuery {
  MetricId metric;
  base::Timestamp from;  // inclusive
  base::Timestamp to;    // exclusive
  std::int64_t period_s = 60;
  std::optional<std::string> unit;
};

class Metrics {
 public:
  explicit Metrics(store::Database& database);
  void put(const Scope& scope, std::span<const Datum> data);
  void put_in(store::Connection& connection, const Scope& scope, std::span<const Datum> data);
  // Periods, counted from the query's start, that have data, oldest first; one per unit where units
  // differ.
  [[nodiscard]] std::vector<Bucketed> statistics(const Scope& scope, const MetricQuery& query);
  // Metrics that have the given parts (empty: any), in order of namespace, name, dimensions.
  [[nodiscard]] std::vector<MetricId> list(const Scope& scope, std::string_view space,
                                           std::string_view name, const Dimensions& having);
  void empty_account(std::string_view account);

 private:
  store::Database& database_;
};

}  // namespace millrace::telemetry
