// Intelligent tiering in the engine: readings written down, and what nobody reads archived.
#include "objects/engine.hpp"
#include "objects/tiering.hpp"

#include <algorithm>

namespace millrace::objects {

namespace {

constexpr std::size_t page_size = 1000;  // versions, and readings in one write
constexpr std::int64_t configurations_at_once = 100;

}  // namespace

void Engine::note_access(const rows::StoredObject& object) {
  const ObjectInfo& info = object.detail.info;
  if (info.traits.storage_class != intelligent_class) return;
  const base::Timestamp today = std::chrono::floor<std::chrono::days>(clock_.service());
  if (last_access(info) >= today) return;
  accesses_.note({.id = object.id,
                  .bucket = info.bucket,
                  .key = info.key,
                  .version = info.version,
                  .day = today});
}

// The row as it is now, unless another has taken its place.
std::optional<Traits> Engine::traits_to_change(store::Connection& connection, const Access& of) {
  auto found = rows::find_version(connection, of.bucket, of.key, of.version);
  if (!found || found->id != of.id) return std::nullopt;
  stamps_.changing(stamp_name(of.bucket, of.key));
  return std::move(found->detail.info.traits);
}

void Engine::keep_accesses() {
  const std::vector<Access> accesses = accesses_.take();
  for (std::size_t from = 0; from < accesses.size(); from += page_size) {
    const std::size_t until = std::min(accesses.size(), from + page_size);
    database_.write([&](store::Connection& connection) {
      for (std::size_t at = from; at < until; ++at) {
        auto traits = traits_to_change(connection, accesses[at]);
        if (!traits) continue;
        traits->lying.accessed = accesses[at].day;
        rows::set_object_traits(connection, accesses[at].id, *traits);
      }
    });
  }
}

std::vector<TieringRule> Engine::tiering_rules(const std::string& bucket) {
  std::vector<TieringRule> rules;
  SettingName after{.bucket = bucket, .kind = std::string(tiering_setting), .id = {}};
  bool more = true;
  while (more) {
    const auto page = database_.read([&](store::Connection& connection) {
      return rows::settings(connection, after, configurations_at_once);
    });
    more = std::ssize(page) == configurations_at_once;
    for (const NamedSetting& one : page) {
      after.id = one.id;
      if (auto rule = parse_tiering(one.document)) rules.push_back(*std::move(rule));
    }
  }
  return rules;
}

int Engine::archive_idle(const std::string& bucket, const std::vector<TieringRule>& rules) {
  struct Sinking {
    Access of;
    std::string_view tier;
  };
  const base::Timestamp now = clock_.service();
  int archived = 0;
  rows::VersionPlace place;
  std::size_t seen = page_size;
  while (seen == page_size) {
    seen = 0;
    std::vector<Sinking> due;
    database_.read([&](store::Connection& connection) {
      rows::each_version(connection, bucket, place, [&](const rows::StoredObject& version) {
        const ObjectInfo& info = version.detail.info;
        place = {.key = info.key, .below_id = version.id};
        const std::string_view tier = archive_due(rules, info, now);
        if (!tier.empty()) due.push_back({{version.id, bucket, info.key, info.version, {}}, tier});
        return ++seen < page_size;
      });
    });
    if (due.empty()) continue;
    database_.write([&](store::Connection& connection) {
      for (const auto& [of, tier] : due) {
        auto traits = traits_to_change(connection, of);
        if (!traits) continue;
        traits->lying.archive = tier;
        rows::set_object_traits(connection, of.id, *traits);
        ++archived;
      }
    });
  }
  return archived;
}

std::vector<std::string> Engine::run_tiering() {
  keep_accesses();
  std::vector<std::string> reports;
  for (const std::string& bucket : buckets_with(tiering_setting)) {
    const std::vector<TieringRule> rules = tiering_rules(bucket);
    const int archived = rules.empty() ? 0 : archive_idle(bucket, rules);
    if (archived > 0) {
      reports.push_back("intelligent tiering of " + bucket + ": " + std::to_string(archived) +
                        " archived");
    }
  }
  return reports;
}

}  // namespace millrace::objects
