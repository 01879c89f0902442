#include "reports/analyses.hpp"

#include "base/json.hpp"
#include "reports/round.hpp"
#include "reports/walk.hpp"

namespace millrace::reports {

namespace {

using base::List;

objects::SettingName history_of(objects::SettingName configuration) {
  configuration.kind += "-history";
  return configuration;
}

// The lines of each day that was told.
List told_before(const Analyses::Parts& parts, const Configured& one) {
  const auto kept = parts.objects.setting(one.permit, history_of(one.name));
  List days;
  if (kept) days = base::parse_json(*kept).list();
  return days;
}

Tally look(const Analyses::Parts& parts, const Configured& one, const Analysis& analysis,
           const ReadTally& reads, const List& former) {
  std::vector<std::string> lines;
  for (const base::Value& day : former) lines.push_back(day.text());
  Tally tally(parts.clock.service(), reads, std::move(lines));
  Walk walk(parts.objects, one.permit,
            {.bucket = one.bucket.name, .prefix = analysis.filter.prefix, .all_versions = false});
  while (!walk.at_end()) {
    const objects::ObjectInfo& info = walk.next().info;
    if (analysis.filter.holds(info)) tally.add(info);
  }
  return tally;
}

// The whole export is put again with the day added. It is kept here, for S3 may not read there.
std::string deliver(const Analyses::Parts& parts, const Configured& one) {
  const Analysis analysis = parse_analysis(one.document);
  List days = told_before(parts, one);
  const ReadTally reads = parts.readings.tally(one.bucket.name, analysis.id);
  const Tally tally = look(parts, one, analysis, reads, days);
  days.push_back(tally.lines(analysis, day_of(parts.clock.service())));
  if (days.size() > most_days_told) days.erase(days.begin());
  std::string text = analysis_head();
  for (const base::Value& day : days) text += day.text();
  Delivery delivery(parts.objects, parts.authority, one.bucket, *analysis.to);
  delivery.put(delivery.key_of(one.bucket.name + "/" + analysis.id + "/analysis.csv"), text,
               "text/csv");
  parts.objects.set_setting(one.permit, history_of(one.name), base::write_json(days));
  parts.readings.told(one.bucket.name, analysis.id, reads);
  return std::to_string(tally.objects()) + " looked at";
}

std::optional<Frequency> frequency_of(std::string_view document) {
  return parse_analysis(document).to ? std::optional(Frequency::daily) : std::nullopt;
}

}  // namespace

std::vector<std::string> Analyses::run() const {
  return reports::run({.objects = parts_.objects,
                       .authority = parts_.authority,
                       .clock = parts_.clock,
                       .kind = analysis_setting,
                       .what = "storage class analysis",
                       .frequency = frequency_of,
                       .deliver = [this](const Configured& one) { return deliver(parts_, one); }});
}

void forget_analysis(objects::ObjectStore& objects, const identity::Permit& permit,
                     const objects::SettingName& configuration) {
  forget(objects, permit, configuration);
  objects.set_setting(permit, history_of(configuration), "");
  objects.set_setting(permit, kept_readings_of(configuration), "");
}

}  // namespace millrace::reports
