// When a report is due, and what is kept of that: one per configuration, beside it in the settings
// of its bucket.
#pragma once

#include "base/time.hpp"
#include "objects/object_store.hpp"

#include <chrono>
#include <optional>

namespace millrace::reports {

enum class Frequency { daily, weekly };

using Day = std::chrono::sys_days;
[[nodiscard]] Day day_of(base::Timestamp time);

struct Progress {
  Day since;                // it was asked for
  std::optional<Day> last;  // it was delivered
  bool operator==(const Progress&) const = default;
};

// The first one is due on the day after it was asked for; from then on daily, or on Sundays.
[[nodiscard]] bool is_due(Frequency frequency, const Progress& progress, Day today);

// Whose configurations are kept under the setting's kind.
[[nodiscard]] std::optional<Progress> progress_of(objects::ObjectStore& objects,
                                                  const identity::Permit& permit,
                                                  const objects::SettingName& configuration);
void set_progress(objects::ObjectStore& objects, const identity::Permit& permit,
                  const objects::SettingName& configuration, const Progress& progress);
// A configuration was put: it begins today, unless it has begun. Or it is gone.
void begin(objects::ObjectStore& objects, const identity::Permit& permit,
           const objects::SettingName& configuration, Day today);
void forget(objects::ObjectStore& objects, const identity::Permit& permit,
            const objects::SettingName& configuration);

}  // namespace millrace::reports
