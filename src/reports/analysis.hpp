// Storage class analysis: what a configuration asks for, and what a day's look at a bucket comes
// to: objects by storage class and by age.
#pragma once

#include "base/time.hpp"
#include "objects/lifecycle_filter.hpp"
#include "objects/object_store.hpp"
#include "reports/destination.hpp"
#include "reports/schedule.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::reports {

// The kind of a bucket's settings that holds configurations, JSON of the request's members.
constexpr std::string_view analysis_setting = "analytics";

struct Analysis {
  std::string id;
  objects::LifecycleFilter filter;
  std::string filter_text;        // as the export tells it
  std::optional<Destination> to;  // none: nothing is exported
};
[[nodiscard]] Analysis parse_analysis(std::string_view document);

// Objects are told apart by their ages, in so many groups, where they are not smaller than this.
constexpr std::size_t age_groups = 12;
constexpr std::uint64_t least_aged = 128 * 1024;
[[nodiscard]] std::size_t age_group(base::Timestamp modified, base::Timestamp now);

// What was read by GetObject.
struct Reading {
  std::uint64_t requests = 0;
  std::uint64_t bytes = 0;
};
struct ClassReadings {
  std::array<Reading, age_groups> by_age{};
  Reading all;  // of small objects too
};
using ReadTally = std::map<std::string, ClassReadings, std::less<>>;  // by storage class

// The first line of an export.
[[nodiscard]] std::string analysis_head();

// A day's figures.
class Tally {
 public:
  // `now` is the end of the day that is told of. `former` are the lines of the days before, as
  // lines() gave them.
  Tally(base::Timestamp now, ReadTally reads, std::vector<std::string> former)
      : now_(now), reads_(std::move(reads)), former_(std::move(former)) {}
  void add(const objects::ObjectInfo& info);
  // The lines of the export: by class, first the ages and then all.
  [[nodiscard]] std::string lines(const Analysis& analysis, Day day) const;
  [[nodiscard]] std::uint64_t objects() const;

 private:
  struct Class {
    std::array<std::uint64_t, age_groups> bytes_by_age{};  // of what is not small
    std::uint64_t objects = 0;
    std::uint64_t bytes = 0;
    std::uint64_t uploaded = 0;  // bytes that came whole within the day and are there still
  };
  using Sums = std::map<std::pair<std::string, std::string>, std::pair<double, double>>;
  [[nodiscard]] Sums former_sums() const;

  base::Timestamp now_;
  ReadTally reads_;
  std::vector<std::string> former_;
  std::map<std::string, Class, std::less<>> classes_;
};

}  // namespace millrace::reports
