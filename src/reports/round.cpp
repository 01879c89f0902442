#include "reports/round.hpp"

#include "objects/housekeeping.hpp"

namespace millrace::reports {

namespace {

constexpr std::int64_t configurations_at_once = 100;

// Who asks for a bucket's own reports about itself.
policy::Principal owner_of(const objects::Bucket& bucket) {
  return {.kind = policy::Principal::Kind::root,
          .account = bucket.account,
          .arn = "arn:aws:iam::" + bucket.account + ":root"};
}

// Empty where nothing was due.
std::string run_one(const Round& round, const Configured& one) {
  const auto frequency = round.frequency(one.document);
  if (!frequency) return {};
  const Day today = day_of(round.clock.service());
  auto progress = progress_of(round.objects, one.permit, one.name)
                      .value_or(Progress{.since = today - std::chrono::days(1)});
  if (!is_due(*frequency, progress, today)) return {};
  const std::string begin =
      std::string(round.what) + " " + one.name.id + " of " + one.bucket.name + ": ";
  try {
    std::string report = begin + round.deliver(one);
    progress.last = today;
    set_progress(round.objects, one.permit, one.name, progress);
    return report;
  } catch (const std::exception& why) {
    return begin + "not delivered, tried again tomorrow: " + why.what();
  }
}

void run_bucket(const Round& round, const objects::Bucket& bucket,
                std::vector<std::string>& reports) {
  const identity::Permit permit = round.authority.permit_unchecked(owner_of(bucket));
  objects::SettingName name{.bucket = bucket.name, .kind = std::string(round.kind), .id = {}};
  bool more = true;
  while (more) {
    auto page = round.objects.settings(permit, name, configurations_at_once);
    more = std::ssize(page) == configurations_at_once;
    for (objects::NamedSetting& setting : page) {
      name.id = setting.id;
      std::string report = run_one(round, {.bucket = bucket,
                                           .permit = permit,
                                           .name = name,
                                           .document = std::move(setting.document)});
      if (!report.empty()) reports.push_back(std::move(report));
    }
  }
}

}  // namespace

std::vector<std::string> run(const Round& round) {
  std::vector<std::string> reports;
  for (const std::string& name : objects::buckets_with(round.objects, round.kind)) {
    const auto bucket = round.objects.bucket(name);
    if (bucket) run_bucket(round, *bucket, reports);
  }
  return reports;
}

}  // namespace millrace::reports
