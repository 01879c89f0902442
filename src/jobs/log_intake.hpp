// A work's log on its way into log events and metrics: read from an offset, scanned, ready to be
// stored in one commit.
#pragma once

#include "base/time.hpp"
#include "jobs/job_store.hpp"
#include "jobs/metric_scanner.hpp"

#include <cstdint>
#include <string>

namespace millrace::jobs {

struct Intake {
  Told told;
  std::vector<FinalMetric> metrics;  // the last of each name
  std::uint64_t next = 0;
  bool more = false;  // the log had more than one commit takes

  void apply(Progress& progress) const;
};

class LogIntake {
 public:
  explicit LogIntake(const Job& job)
      : name_(job.key.name), instances_(job.plan.instances), scanner_(job.plan.metrics) {}
  // `shift` brings the log's wall time to the service clock's.
  [[nodiscard]] Intake read(const std::string& folder, std::uint64_t offset,
                            base::Milliseconds shift);

 private:
  std::string name_;
  std::int64_t instances_;
  MetricScanner scanner_;
};

}  // namespace millrace::jobs
