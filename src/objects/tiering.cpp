#include "objects/tiering.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace millrace::objects {

namespace {

constexpr int infrequent_days = 30;
constexpr int archive_instant_days = 90;

bool is_idle(const ObjectInfo& info, int days, base::Timestamp now) {
  return midnight_after(last_access(info) + std::chrono::days(days)) <= now;
}

bool is_monitored(const ObjectInfo& info) {
  return info.traits.storage_class == intelligent_class && info.size >= least_tiered;
}

}  // namespace

void check_readable(const ObjectInfo& info, base::Timestamp now) {
  if (!info.traits.lying.archive.empty()) throw ArchivedByTier(info);
  if (!is_readable(info.traits, now)) throw Archived(info);
}

base::Timestamp last_access(const ObjectInfo& info) {
  return std::max(info.modified, info.traits.lying.accessed);
}

Tier tier_of(const ObjectInfo& info, base::Timestamp now) {
  const std::string archive = info.traits.lying.archive;
  if (archive == archive_access) return Tier::archive;
  if (archive == deep_archive_access) return Tier::deep_archive;
  if (!is_monitored(info)) return Tier::frequent;
  if (is_idle(info, archive_instant_days, now)) return Tier::archive_instant;
  return is_idle(info, infrequent_days, now) ? Tier::infrequent : Tier::frequent;
}

std::optional<TieringRule> parse_tiering(std::string_view document) {
  const base::Value parsed = base::parse_json(document);
  if (parsed.find("Status")->text() != "Enabled") return std::nullopt;
  TieringRule rule;
  if (const base::Value* filter = parsed.find("Filter")) rule.filter = to_filter(*filter);
  for (const base::Value& tiering : parsed.find("Tierings")->list()) {
    const bool is_deep = tiering.find("AccessTier")->text() == deep_archive_access;
    const int days = static_cast<int>(tiering.find("Days")->integer());
    (is_deep ? rule.deep_after : rule.archive_after) = days;
  }
  return rule;
}

std::string_view archive_due(const std::vector<TieringRule>& rules, const ObjectInfo& info,
                             base::Timestamp now) {
  std::string_view due;
  const std::string archive = info.traits.lying.archive;
  if (!is_monitored(info) || archive == deep_archive_access) return due;
  for (const TieringRule& rule : rules) {
    if (!rule.filter.holds(info)) continue;
    if (rule.deep_after && is_idle(info, *rule.deep_after, now)) return deep_archive_access;
    if (rule.archive_after && is_idle(info, *rule.archive_after, now)) due = archive_access;
  }
  return archive == due ? std::string_view() : due;
}

}  // namespace millrace::objects
