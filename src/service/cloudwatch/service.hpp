// CloudWatch metrics: what its operations stand on, and its entry for dispatch.
#pragma once

#include "aws/operation.hpp"
#include "telemetry/metrics.hpp"

namespace millrace::service::cloudwatch {

struct Service {
  telemetry::Metrics& metrics;
};

[[nodiscard]] aws::ServiceEntry entry(Service& service);

[[nodiscard]] telemetry::Scope scope_of(const aws::Call& call);
[[nodiscard]] telemetry::Dimensions read_dimensions(const aws::Member& list);
[[nodiscard]] aws::Value dimensions_value(const telemetry::Dimensions& dimensions);
[[nodiscard]] aws::Error invalid_value(std::string message);

// "Average", "p99.9": what is computed of a period's observations.
struct Statistic {
  enum class Kind { average, sum, minimum, maximum, count, percentile };
  Kind kind = Kind::average;
  double percent = 0;
};
// Nothing for what is no statistic; one that AWS has and Millrace lacks throws NotImplemented.
[[nodiscard]] std::optional<Statistic> parse_statistic(std::string_view text);
// Nothing for a percentile of observations that only a statistic set tells of.
[[nodiscard]] std::optional<double> value_of(const telemetry::Bucketed& bucket,
                                             const Statistic& statistic);

void check_period(std::int64_t period_s, const std::string& name, const std::string& code);
void check_span(base::Timestamp from, base::Timestamp to, const std::string& code);
// Where the first period begins, which AWS rounds down, the coarser the longer ago.
[[nodiscard]] base::Timestamp rounded_start(base::Timestamp from, std::int64_t period_s,
                                            base::Timestamp now);

extern const std::span<const aws::Operation> put_operations;
extern const std::span<const aws::Operation> read_operations;
extern const std::span<const aws::Operation> data_operations;

}  // namespace millrace::service::cloudwatch
