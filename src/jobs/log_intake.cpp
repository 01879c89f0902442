// Lines become events as they are; what a metric's expression finds becomes a data point of the
// job, at the line's time.
#include "jobs/log_intake.hpp"

#include "process/log_file.hpp"

#include <algorithm>

namespace millrace::jobs {
namespace {

constexpr std::size_t bytes_per_commit = 1 << 20;

}  // namespace

void Intake::apply(Progress& progress) const {
  progress.log_offset = next;
  for (const FinalMetric& metric : metrics) {
    const auto same = [&](const FinalMetric& other) { return other.name == metric.name; };
    const auto found = std::find_if(progress.metrics.begin(), progress.metrics.end(), same);
    if (found == progress.metrics.end()) {
      progress.metrics.push_back(metric);
    } else {
      *found = metric;
    }
  }
}

Intake LogIntake::read(const std::string& folder, std::uint64_t offset,
                       base::Milliseconds shift) const {
  const process::LogPart part = process::read_log(folder, offset, bytes_per_commit);
  Intake intake{.told = {},
                .metrics = {},
                .next = part.next,
                .more = part.next - offset >= bytes_per_commit / 2};
  for (const process::LogLine& line : part.lines) {
    intake.told.events.push_back({.time = line.time, .message = line.text});
    for (const auto& [name, value] : scanner_.scan(line.text)) {
      const base::Timestamp time = line.time + shift;
      intake.metrics.push_back({.name = name, .value = value, .time = time});
      const telemetry::MetricId id{.space = std::string(metric_namespace),
                                   .name = name,
                                   .dimensions = {{"TrainingJobName", name_}}};
      intake.told.data.push_back(telemetry::single(id, time, value));
    }
  }
  return intake;
}

}  // namespace millrace::jobs
