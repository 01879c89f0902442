// S3's request metrics: what passes a metrics configuration's filter is counted by the minute, and
// put to CloudWatch when the minute is over.
#pragma once

#include "objects/traits.hpp"
#include "service/s3/request_facts.hpp"
#include "telemetry/metrics.hpp"

#include <array>
#include <compare>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace millrace::service::s3 {

constexpr std::string_view metrics_setting = "metrics";
constexpr std::string_view metrics_space = "AWS/S3";

// A metrics configuration: which requests it counts.
struct MetricsFilter {
  std::string id;
  std::string prefix;
  objects::Attributes tags;  // of the object, all of them
  std::string access_point;  // its ARN
};
[[nodiscard]] MetricsFilter parse_metrics_filter(std::string_view document);

// A tag's value of the object that the request is about; asked only where a filter has tags.
using TagOf = std::function<std::optional<std::string>(const std::string& name)>;
[[nodiscard]] bool passes(const MetricsFilter& filter, const RequestFacts& facts,
                          const TagOf& tag_of);

class RequestMeter {
 public:
  // `metrics` and `clock` outlive it.
  RequestMeter(telemetry::Metrics& metrics, base::Clock& clock)
      : metrics_(metrics), clock_(clock) {}

  // Any thread; blocks on nothing.
  void count(const telemetry::Scope& owner, const std::string& filter, const RequestFacts& facts,
             const RequestNote& note);
  // Minutes that are over; with `all`, also the one that runs. What cannot be put waits.
  void publish(bool all);

 private:
  struct Place {
    std::string account;
    std::string region;
    std::string bucket;
    std::string filter;
    base::Timestamp minute;
    auto operator<=>(const Place&) const = default;
  };
  // One metric in one minute.
  struct Tally {
    double sum = 0;
    double least = 0;
    double most = 0;
    double count = 0;
    std::map<double, double> values;  // and how often

    void add(double value);
  };
  static constexpr std::size_t kinds = 16;
  using Tallies = std::array<Tally, kinds>;
  static void add(const RequestFacts& facts, const RequestNote& note, Tallies& tallies);
  void put(const Place& place, const Tallies& tallies);

  telemetry::Metrics& metrics_;
  base::Clock& clock_;
  std::mutex mutex_;
  std::map<Place, Tallies> tallies_;  // guarded by mutex_
};

}  // namespace millrace::service::s3
