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

// The first line of an export.
[[nodiscard]] std::string analysis_head();

// A day's figures.
class Tally {
 public:
  // `now` is the end of the day that is told of.
  explicit Tally(base::Timestamp now) : now_(now) {}
  void add(const objects::ObjectInfo& info);
  // The lines of the export: by class, first the ages and then all.
  [[nodiscard]] std::string lines(const Analysis& analysis, Day day) const;
  [[nodiscard]] std::uint64_t objects() const;

 private:
  static constexpr std::size_t age_groups = 12;
  struct Class {
    std::array<std::uint64_t, age_groups> bytes_by_age{};  // of what is not small
    std::uint64_t objects = 0;
    std::uint64_t bytes = 0;
    std::uint64_t uploaded = 0;  // bytes that came whole within the day and are there still
  };
  [[nodiscard]] std::size_t age_group_of(const objects::ObjectInfo& info) const;

  base::Timestamp now_;
  std::map<std::string, Class> classes_;
};

}  // namespace millrace::reports
