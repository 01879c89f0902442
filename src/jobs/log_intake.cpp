// Lines become events as they are. What a metric's expression finds becomes data of the job, one of
// each metric for each second of a commit: a second is CloudWatch's finest resolution.
#include "jobs/log_intake.hpp"

#include "base/text.hpp"
#include "process/log_file.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace millrace::jobs {
namespace {

// Other writers wait for a commit: it takes some thousands of lines at most.
constexpr std::size_t bytes_per_commit = 256 * 1024;

// The metrics of one commit.
class Gathered {
 public:
  Gathered(std::string_view job, base::Milliseconds shift) : job_(job), shift_(shift) {}

  void add(const Sighting& seen, base::Timestamp written) {
    const base::Timestamp time = written + shift_;
    last_[seen.name] = {.name = std::string(seen.name), .value = seen.value, .time = time};
    const auto second = std::chrono::floor<std::chrono::seconds>(time);
    const auto [found, is_new] = data_.try_emplace({seen.name, second});
    telemetry::Datum& datum = found->second;
    if (is_new) {
      datum = telemetry::single(id(seen.name), time, seen.value);
    } else {
      telemetry::add(datum, seen.value);
    }
  }

  void give(Intake& intake) {
    for (auto& [name, metric] : last_) intake.metrics.push_back(std::move(metric));
    for (auto& [key, datum] : data_) intake.told.data.push_back(std::move(datum));
  }

 private:
  [[nodiscard]] telemetry::MetricId id(std::string_view name) const {
    return {.space = std::string(metric_namespace),
            .name = std::string(name),
            .dimensions = {{"TrainingJobName", job_}}};
  }

  std::string job_;
  base::Milliseconds shift_;
  std::map<std::string_view, FinalMetric> last_;
  std::map<std::pair<std::string_view, base::Timestamp>, telemetry::Datum> data_;
};

// Takes the mark off a line of another host than the first: a unit separator, the host's number,
// and another separator.
std::int64_t take_host(std::string& line, std::int64_t instances) {
  constexpr char mark = '\x1f';
  if (instances == 1 || line.empty() || line.front() != mark) return 1;
  const std::size_t end = line.find(mark, 1);
  if (end == std::string::npos) return 1;
  const auto host = base::to_integer(std::string_view(line).substr(1, end - 1));
  if (!host || *host < 2 || *host > instances) return 1;
  line.erase(0, end + 1);
  return *host;
}

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

Intake LogIntake::read(const std::string& folder, std::uint64_t offset, base::Milliseconds shift) {
  process::LogPart part = process::read_log(folder, offset, bytes_per_commit);
  Intake intake{.told = {},
                .metrics = {},
                .next = part.next,
                .more = part.next - offset >= bytes_per_commit / 2};
  Gathered gathered(name_, shift);
  intake.told.events.reserve(part.lines.size());
  for (process::LogLine& line : part.lines) {
    const std::int64_t host = take_host(line.text, instances_);
    for (const Sighting& seen : scanner_.scan(line.text)) gathered.add(seen, line.time);
    auto& events = host == 1 ? intake.told.events : intake.told.of_hosts[host];
    events.push_back({.time = line.time, .message = std::move(line.text)});
  }
  gathered.give(intake);
  return intake;
}

}  // namespace millrace::jobs
