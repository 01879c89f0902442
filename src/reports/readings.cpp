#include "reports/readings.hpp"

#include "base/json.hpp"
#include "objects/housekeeping.hpp"

#include <algorithm>
#include <utility>

namespace millrace::reports {

namespace {

using base::List;
using base::Map;
using base::Value;

constexpr std::int64_t configurations_at_once = 100;

objects::SettingName kept_name(const std::string& bucket, const std::string& id) {
  return kept_readings_of({.bucket = bucket, .kind = std::string(analysis_setting), .id = id});
}

void add_reading(Reading& to, std::uint64_t requests, std::uint64_t bytes) {
  to.requests += requests;
  to.bytes += bytes;
}

// By class the requests and bytes of all, then of each age.
std::string to_document(const ReadTally& tally) {
  Map classes;
  for (const auto& [name, readings] : tally) {
    List numbers;
    const auto add = [&numbers](const Reading& one) {
      numbers.emplace_back(one.requests);
      numbers.emplace_back(one.bytes);
    };
    add(readings.all);
    std::ranges::for_each(readings.by_age, add);
    classes.set(name, std::move(numbers));
  }
  return classes.empty() ? std::string() : base::write_json(classes);
}

ReadTally to_tally(std::string_view document) {
  ReadTally tally;
  if (document.empty()) return tally;
  const Value parsed = base::parse_json(document);
  for (const auto& [name, value] : parsed.map()) {
    const List& numbers = value.list();
    const auto at = [&](std::size_t index) {
      return static_cast<std::uint64_t>(numbers.at(index).integer());
    };
    ClassReadings& readings = tally[name];
    add_reading(readings.all, at(0), at(1));
    for (std::size_t age = 0; age < age_groups; ++age) {
      add_reading(readings.by_age.at(age), at(2 + 2 * age), at(3 + 2 * age));
    }
  }
  return tally;
}

void subtract(Reading& from, const Reading& told) {
  from.requests -= std::min(from.requests, told.requests);
  from.bytes -= std::min(from.bytes, told.bytes);
}

// As the export will tell it: ages are those at the end of the day.
base::Timestamp end_of_day(base::Timestamp now) {
  return std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1);
}

}  // namespace

objects::SettingName kept_readings_of(objects::SettingName configuration) {
  configuration.kind += "-reads";
  return configuration;
}

identity::Permit Readings::permit(const objects::Bucket& bucket) {
  policy::Principal owner;
  owner.kind = policy::Principal::Kind::root;
  owner.account = bucket.account;
  owner.arn = "arn:aws:iam::" + bucket.account + ":root";
  return authority_.permit_unchecked(owner);
}

void Readings::start() {
  for (const std::string& name : objects::buckets_with(objects_, analysis_setting)) look_at(name);
}

// Those that are exported.
Readings::Configurations Readings::configurations_of(const objects::Bucket& bucket) {
  const identity::Permit owner = permit(bucket);
  objects::SettingName name{.bucket = bucket.name, .kind = std::string(analysis_setting), .id = {}};
  Configurations found;
  bool more = true;
  while (more) {
    const auto page = objects_.settings(owner, name, configurations_at_once);
    more = std::ssize(page) == configurations_at_once;
    for (const objects::NamedSetting& one : page) {
      name.id = one.id;
      Analysis analysis = parse_analysis(one.document);
      if (!analysis.to) continue;
      const auto kept = objects_.setting(owner, kept_name(bucket.name, one.id));
      found.emplace(one.id, Counted{.filter = std::move(analysis.filter),
                                    .tally = to_tally(kept.value_or(std::string()))});
    }
  }
  return found;
}

void Readings::look_at(const std::string& name) {
  const std::lock_guard looking(looking_);
  const auto bucket = objects_.bucket(name);
  Configurations fresh = bucket ? configurations_of(*bucket) : Configurations();
  const std::lock_guard lock(mutex_);
  Configurations& known = buckets_[name];
  for (auto& [id, counted] : fresh) {
    const auto former = known.find(id);
    if (former == known.end()) continue;
    counted.tally = std::move(former->second.tally);
    counted.is_new = former->second.is_new;
  }
  known = std::move(fresh);
  is_active_ = true;
}

void Readings::note(const objects::ObjectInfo& object, std::uint64_t bytes, base::Timestamp now) {
  if (!is_active_.load(std::memory_order_relaxed)) return;
  const std::lock_guard lock(mutex_);
  const auto bucket = buckets_.find(object.bucket);
  if (bucket == buckets_.end()) return;
  for (auto& [id, counted] : bucket->second) {
    if (!counted.filter.holds(object)) continue;
    ClassReadings& readings = counted.tally[object.traits.storage_class];
    add_reading(readings.all, 1, bytes);
    if (object.size >= least_aged) {
      add_reading(readings.by_age.at(age_group(object.modified, end_of_day(now))), 1, bytes);
    }
    counted.is_new = true;
  }
}

ReadTally Readings::tally(const std::string& bucket, const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = buckets_.find(bucket);
  if (found == buckets_.end()) return {};
  const auto counted = found->second.find(id);
  return counted == found->second.end() ? ReadTally() : counted->second.tally;
}

void Readings::told(const std::string& bucket, const std::string& id, const ReadTally& tally) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = buckets_.find(bucket);
    if (found == buckets_.end()) return;
    const auto counted = found->second.find(id);
    if (counted == found->second.end()) return;
    for (const auto& [name, readings] : tally) {
      ClassReadings& of = counted->second.tally[name];
      subtract(of.all, readings.all);
      for (std::size_t age = 0; age < age_groups; ++age) {
        subtract(of.by_age.at(age), readings.by_age.at(age));
      }
      if (of.all.requests == 0) counted->second.tally.erase(name);
    }
    counted->second.is_new = true;
  }
  keep();
}

void Readings::keep() {
  std::vector<std::pair<objects::SettingName, std::string>> due;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [bucket, configurations] : buckets_) {
      for (auto& [id, counted] : configurations) {
        if (!std::exchange(counted.is_new, false)) continue;
        due.emplace_back(kept_name(bucket, id), to_document(counted.tally));
      }
    }
  }
  for (const auto& [name, document] : due) {
    const auto bucket = objects_.bucket(name.bucket);
    if (bucket) objects_.set_setting(permit(*bucket), name, document);
  }
}

}  // namespace millrace::reports
