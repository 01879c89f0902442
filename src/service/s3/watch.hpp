// Watches the requests on buckets that ask for it, by their settings "logging" and "metrics": each
// is recorded in an access log, or counted, when it is over. Beside them it publishes how far
// replication is.
#pragma once

#include "aws/observer.hpp"
#include "objects/lifecycle_deeds.hpp"
#include "objects/object_store.hpp"
#include "reports/readings.hpp"
#include "service/s3/access_log.hpp"
#include "service/s3/access_record.hpp"
#include "service/s3/replication_meter.hpp"
#include "service/s3/request_meter.hpp"
#include "service/s3/service.hpp"

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace millrace::service::s3 {

class Watch final : public aws::Observer {
 public:
  struct Parts {
    objects::ObjectStore& objects;
    identity::Authority& authority;
    telemetry::Metrics& metrics;
    telemetry::Logs& logs;
    reports::Readings& readings;
    base::Clock& clock;
    base::Random& random;
    base::Log& log;
  };
  explicit Watch(const Parts& parts);
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // Takes up the buckets that are to be watched; from now on delivers and publishes by itself.
  void start();
  // Delivers and publishes all there is, on the caller's thread.
  void settle();
  // The last of it; nothing is asked of the watch after this.
  void stop();

  // Something of the bucket was configured that asks for it.
  void look_at(std::string_view bucket);
  [[nodiscard]] bool is_watched(std::string_view bucket);
  // For the request's record, before the end of its answer.
  void note(const std::string& request_id, RequestNote note);
  // Whether the target lets S3's log delivery in.
  [[nodiscard]] bool lets_logs_in(const objects::Bucket& source, const LogTarget& target,
                                  const objects::Bucket& target_bucket);

  [[nodiscard]] objects::ReplicationListener& replication() { return replication_; }
  [[nodiscard]] reports::Readings& readings() { return parts_.readings; }

  [[nodiscard]] bool wants(const http::Request& request, std::string_view request_id) override;
  void tell(const aws::Outcome& outcome) override;

 private:
  // What a bucket asks for, as long as its settings are these.
  struct Watched {
    objects::Bucket bucket;
    std::optional<LogOwner> owner;
    std::shared_ptr<const LogTarget> log;  // shared: with the records that wait; null: none
    std::vector<MetricsFilter> metrics;
  };

  // Null where there is no such bucket, or nothing to do for it.
  [[nodiscard]] std::shared_ptr<const Watched> watched(const std::string& name);
  [[nodiscard]] std::vector<MetricsFilter> filters_of(const objects::Bucket& bucket);
  [[nodiscard]] RequestNote take_note(const std::string& request_id);
  [[nodiscard]] std::optional<std::string> tag_of(const RequestFacts& facts,
                                                  const std::string& name);
  void record(const Watched& of, const RequestFacts& facts);
  void count(const Watched& of, const RequestFacts& facts, const RequestNote& note);
  void tell_facts(RequestFacts facts, const RequestNote& note);
  void tell_deed(const objects::LifecycleDeed& deed);
  void run(const std::stop_token& stop);
  void work(bool all);

  Parts parts_;
  AccessLog access_log_;
  RequestMeter meter_;
  ReplicationMeter replication_;
  std::atomic<bool> is_active_ = false;  // some bucket was ever looked at
  std::shared_mutex names_mutex_;
  std::set<std::string, std::less<>> names_;  // more than are watched still; guarded
  std::mutex working_;                        // one round of deliveries at a time
  std::mutex mutex_;                          // guards the next three
  std::map<std::string, std::shared_ptr<const Watched>, std::less<>> watched_;
  std::map<std::string, RequestNote, std::less<>> notes_;  // by request
  std::condition_variable_any wakes_;
  std::jthread thread_;  // the last member: it uses the others
};

// For operations: of a service without a watch, nothing is watched.
[[nodiscard]] bool is_watched(const Service& service, std::string_view bucket);
void note_request(const Service& service, const aws::Call& call, RequestNote note);
void note_size(const Service& service, const aws::Call& call, std::string_view bucket,
               std::uint64_t object_size);

}  // namespace millrace::service::s3
