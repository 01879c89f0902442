#include "reports/schedule.hpp"

#include "base/json.hpp"

namespace millrace::reports {

namespace {

objects::SettingName beside(objects::SettingName configuration) {
  configuration.kind += "-progress";
  return configuration;
}

std::int64_t number_of(Day day) { return day.time_since_epoch().count(); }

Day to_day(const base::Value& value) {
  return Day(std::chrono::days(static_cast<int>(value.integer())));
}

Day last_sunday(Day today) { return today - (std::chrono::weekday(today) - std::chrono::Sunday); }

}  // namespace

Day day_of(base::Timestamp time) { return std::chrono::floor<std::chrono::days>(time); }

bool is_due(Frequency frequency, const Progress& progress, Day today) {
  if (!progress.last) return today > progress.since;
  const Day due = frequency == Frequency::daily ? today : last_sunday(today);
  return due > *progress.last;
}

std::optional<Progress> progress_of(objects::ObjectStore& objects, const identity::Permit& permit,
                                    const objects::SettingName& configuration) {
  const auto kept = objects.setting(permit, beside(configuration));
  if (!kept) return std::nullopt;
  const base::Value document = base::parse_json(*kept);
  Progress progress{.since = to_day(*document.find("since")), .last = std::nullopt};
  if (const base::Value* last = document.find("last")) progress.last = to_day(*last);
  return progress;
}

void set_progress(objects::ObjectStore& objects, const identity::Permit& permit,
                  const objects::SettingName& configuration, const Progress& progress) {
  base::Map document{{"since", number_of(progress.since)}};
  if (progress.last) document.set("last", number_of(*progress.last));
  objects.set_setting(permit, beside(configuration), base::write_json(document));
}

void begin(objects::ObjectStore& objects, const identity::Permit& permit,
           const objects::SettingName& configuration, Day today) {
  if (progress_of(objects, permit, configuration)) return;
  set_progress(objects, permit, configuration, {.since = today, .last = std::nullopt});
}

void forget(objects::ObjectStore& objects, const identity::Permit& permit,
            const objects::SettingName& configuration) {
  objects.set_setting(permit, beside(configuration), "");
}

}  // namespace millrace::reports
