// Which copies wait to be made, as the change feed has it.
#include "objects/engine.hpp"

#include <algorithm>
#include <map>
#include <unordered_set>

namespace millrace::objects {

namespace {

constexpr std::string_view reader_name = "replication";
constexpr std::int64_t page_size = 1000;  // changes in one read of the database

struct Measured {
  Bucket bucket;
  std::shared_ptr<const Replication> replication;  // kept with others who know it
};
using MeasuredBuckets = std::map<std::string, Measured, std::less<>>;

bool is_measured(const Replication& replication) {
  return std::ranges::any_of(replication.rules, &ReplicationRule::is_measured);
}

void tell_copies(const FeedEntry& entry, const rows::StoredObject& version,
                 const Measured& measured, const WaitingCopies& tell) {
  const ObjectInfo& info = version.detail.info;
  const Replicated what = what_to_replicate(info.traits, version.marker);
  for (const ReplicationRule& rule : rules_for(*measured.replication, info, what)) {
    if (!rule.is_measured) continue;
    tell.copy({.entry = entry,
               .source = measured.bucket,
               .rule = rule,
               .size = what == Replicated::version ? info.size : 0,
               .etag = info.etag});
  }
}

}  // namespace

void Engine::look_at_waiting_copies(const WaitingCopies& tell) {
  MeasuredBuckets buckets;
  for (const std::string& name : buckets_with(replication_setting)) {
    const auto bucket = this->bucket(name);
    if (!bucket) continue;
    const auto replication = replications_.of(*bucket);
    if (!is_measured(*replication)) continue;
    for (const ReplicationRule& rule : replication->rules) {
      if (rule.is_measured) tell.rule(*bucket, rule);
    }
    buckets.emplace(name, Measured{.bucket = *bucket, .replication = replication});
  }
  if (buckets.empty()) return;
  std::unordered_set<std::int64_t> seen;  // rows: a version waits once, whatever became of it
  std::int64_t after = 0;
  std::size_t looked_at = 0;
  for (bool more = true; more && looked_at < most_waiting_changes;) {
    database_.read([&](store::Connection& connection) {
      const auto entries = read_feed(connection, reader_name, after, page_size);
      more = std::ssize(entries) == page_size;
      looked_at += entries.size();
      for (const FeedEntry& entry : entries) {
        after = entry.position;
        const auto measured = buckets.find(entry.bucket);
        if (measured == buckets.end() || !seen.insert(entry.row).second) continue;
        const auto version = rows::find_row(connection, entry.row);
        if (!version || !awaits_replication(version->detail.info.traits.replication)) continue;
        tell_copies(entry, *version, measured->second, tell);
      }
    });
  }
}

}  // namespace millrace::objects
