// Finds metrics in log lines by regular expressions, as training jobs' MetricDefinitions do.
#pragma once

#include "jobs/job.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::jobs {

class MetricScanner {
 public:
  // A rule whose expression does not compile is ignored, as AWS does.
  explicit MetricScanner(const std::vector<MetricRule>& rules);
  MetricScanner(MetricScanner&&) noexcept;
  ~MetricScanner();

  // Name and value of each rule that matches the line, every match of it.
  [[nodiscard]] std::vector<std::pair<std::string, double>> scan(std::string_view line) const;

 private:
  struct Compiled;
  std::vector<Compiled> rules_;
};

}  // namespace millrace::jobs
