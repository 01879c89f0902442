// Finds metrics in log lines by regular expressions, as training jobs' MetricDefinitions do.
#pragma once

#include "jobs/job.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::jobs {

struct Sighting {
  std::string_view name;  // lives as long as the scanner
  double value = 0;
};

// Why the expression can find no value; empty where it can.
[[nodiscard]] std::string complaint_about(const std::string& regex);

class MetricScanner {
 public:
  // A rule of which there is a complaint finds nothing.
  explicit MetricScanner(const std::vector<MetricRule>& rules);
  MetricScanner(MetricScanner&&) noexcept;
  ~MetricScanner();

  // Name and value of each rule that matches the line, which is UTF-8; every match of it. Not for
  // several threads at once.
  [[nodiscard]] std::vector<Sighting> scan(std::string_view line);

 private:
  struct Rule;
  struct Matching;
  void match(const Rule& rule, std::string_view line, std::vector<Sighting>& found);

  std::vector<Rule> rules_;
  std::unique_ptr<Matching> matching_;
};

}  // namespace millrace::jobs
