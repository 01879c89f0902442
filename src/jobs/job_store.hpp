// Jobs as records: each change is one commit, with the log lines and metrics that belong to it, and
// is announced when durable.
#pragma once

#include "base/time.hpp"
#include "jobs/job.hpp"
#include "store/changes.hpp"
#include "store/database.hpp"
#include "store/records.hpp"
#include "telemetry/logs.hpp"
#include "telemetry/metrics.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace millrace::jobs {

constexpr std::string_view log_group = "/aws/sagemaker/TrainingJobs";
constexpr std::string_view metric_namespace = "/aws/sagemaker/TrainingJobs";

// What is stored together with a change.
struct Told {
  std::vector<telemetry::LogEvent> events;
  // Of the hosts beside the first, whose are those above.
  std::map<std::int64_t, std::vector<telemetry::LogEvent>> of_hosts = {};
  std::vector<telemetry::Datum> data;
};

class JobStore {
 public:
  struct Parts {
    store::Database& database;
    store::Records& records;
    telemetry::Logs& logs;
    telemetry::Metrics& metrics;
    store::Changes& changes;
    base::Clock& clock;
  };
  explicit JobStore(const Parts& parts) : parts_(parts) {}

  void create(const Job& job, const store::Tags& tags);  // throws store::AlreadyExists
  [[nodiscard]] std::optional<Job> find(const store::Key& key);
  [[nodiscard]] std::vector<Job> list(const store::Key& scope);
  // Those that have not ended, oldest first. Their marks are rows of their own, so that start-up
  // does not grow with the past.
  [[nodiscard]] std::vector<Job> in_flight();
  // The job as it then is; nothing when it is gone. What `change` throws leaves everything as it
  // was.
  std::optional<Job> advance(const store::Key& key, const std::function<void(Progress&)>& change,
                             const Told& told = {});
  bool erase(const store::Key& key);

 private:
  Parts parts_;
};

}  // namespace millrace::jobs
