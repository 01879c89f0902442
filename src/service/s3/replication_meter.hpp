// Replication as S3 measures it, for the rules that ask for it: by the minute in CloudWatch; what
// failed, or came late, as S3's event messages in a log group of the source bucket's account.
#pragma once

#include "objects/replication_deeds.hpp"
#include "telemetry/logs.hpp"
#include "telemetry/metrics.hpp"

#include <compare>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::service::s3 {

// A stream per bucket. S3 sends its messages to the destinations of a bucket's notifications, of
// which there are none here.
constexpr std::string_view replication_log_group = "/aws/s3/replication";

class ReplicationMeter final : public objects::ReplicationListener {
 public:
  struct Parts {
    objects::ObjectStore& objects;
    telemetry::Metrics& metrics;
    telemetry::Logs& logs;
    base::Clock& clock;
  };
  // All outlive it.
  explicit ReplicationMeter(const Parts& parts) : parts_(parts) {}

  void settling(store::Connection& connection, const objects::ReplicationDeeds& deeds) override;
  void settled(const objects::ReplicationDeeds& deeds) override;
  // What waits, once a minute, and the minutes that are over; with `all`, at once and also the one
  // that runs. From one thread at a time.
  void publish(bool all);

 private:
  // A rule of a source bucket.
  struct Way {
    std::string account;  // of the source
    std::string region;   // of the source
    std::string source;
    std::string destination;
    std::string rule;
    auto operator<=>(const Way&) const = default;
  };
  struct Waiting {
    double operations = 0;
    double bytes = 0;
    double seconds = 0;  // that the one which waits longest does
  };
  using Ways = std::map<Way, Waiting>;
  using Minute = std::pair<base::Timestamp, Way>;
  struct Tally {
    telemetry::Datum failures;   // one or nothing for each operation
    telemetry::Datum latencies;  // of those that were made
  };
  // Copies that a rule with a threshold has waited for too long, by their changes' places.
  using Late = std::map<std::pair<std::int64_t, std::string>, objects::MeasuredCopy>;

  [[nodiscard]] static Way way_of(const objects::Bucket& source,
                                  const objects::ReplicationRule& rule);
  [[nodiscard]] static telemetry::Datum datum(const Way& way, const char* name,
                                              base::Timestamp minute, double value,
                                              const char* unit);
  void put_waiting(base::Timestamp now);
  void put_tallies(base::Timestamp before);
  void put(const Way& way, const Waiting& waiting, base::Timestamp minute);
  void tell_late(const Late& late, base::Timestamp now);

  Parts parts_;
  base::Timestamp looked_;  // the minute of the last look at what waits
  std::set<std::pair<std::int64_t, std::string>> told_;  // as late, and not made yet
  std::mutex mutex_;
  std::map<Minute, Tally> tallies_;  // guarded by mutex_
};

}  // namespace millrace::service::s3
