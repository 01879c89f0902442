#include "base/json.hpp"
#include "objects/lifecycle_filter.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace millrace::objects {

namespace {

// From left to right only, and never back.
constexpr std::array<std::string_view, 7> descent = {
    "STANDARD",   "STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA",
    "GLACIER_IR", "GLACIER",     "DEEP_ARCHIVE"};
// What is smaller is not moved, unless the rule says of which sizes it speaks.
constexpr std::uint64_t least_moved = 128 * 1024;

std::size_t depth_of(std::string_view storage_class) {
  if (storage_class == "REDUCED_REDUNDANCY") return 0;
  return static_cast<std::size_t>(std::ranges::find(descent, storage_class) - descent.begin());
}

bool may_move(const LifecycleRule& rule, const ObjectInfo& info, std::string_view to) {
  const std::string& from = info.traits.storage_class;
  const bool possible =
      depth_of(to) > depth_of(from) && !(from == "ONEZONE_IA" && to == "GLACIER_IR");
  const bool sized = rule.filter.larger_than || rule.filter.smaller_than;
  const bool archived = rule.archives_small && is_archive(to);
  return possible && (sized || archived || info.size >= least_moved);
}

const base::Value* member(const base::Value& value, std::string_view name) {
  return value.find(name);
}

std::optional<int> number(const base::Value& value, std::string_view name) {
  const base::Value* found = member(value, name);
  if (found == nullptr) return std::nullopt;
  return static_cast<int>(found->integer());
}

std::string text(const base::Value& value, std::string_view name) {
  const base::Value* found = member(value, name);
  return found == nullptr ? std::string() : found->text();
}

Due to_due(const base::Value& value) {
  Due due{.days = number(value, "Days"), .date = std::nullopt};
  if (!due.days) due.days = number(value, "NoncurrentDays");
  if (const base::Value* date = member(value, "Date")) {
    due.date = base::Timestamp(std::chrono::seconds(date->integer()));
  }
  return due;
}

void add_conditions(const base::Value& value, LifecycleFilter& filter) {
  if (const base::Value* prefix = member(value, "Prefix")) filter.prefix = prefix->text();
  const auto add_tag = [&](const base::Value& tag) {
    filter.tags.emplace_back(text(tag, "Key"), text(tag, "Value"));
  };
  if (const base::Value* tag = member(value, "Tag")) add_tag(*tag);
  if (const base::Value* tags = member(value, "Tags")) {
    for (const base::Value& tag : tags->list()) add_tag(tag);
  }
  if (const base::Value* size = member(value, "ObjectSizeGreaterThan")) {
    filter.larger_than = static_cast<std::uint64_t>(size->integer());
  }
  if (const base::Value* size = member(value, "ObjectSizeLessThan")) {
    filter.smaller_than = static_cast<std::uint64_t>(size->integer());
  }
}

LifecycleFilter filter_of(const base::Value& rule) {
  if (const base::Value* asked = member(rule, "Filter")) return to_filter(*asked);
  LifecycleFilter filter;
  filter.prefix = text(rule, "Prefix");
  return filter;
}

std::vector<Transition> to_transitions(const base::Value& rule, std::string_view name) {
  std::vector<Transition> transitions;
  const base::Value* asked = member(rule, name);
  if (asked == nullptr) return transitions;
  for (const base::Value& one : asked->list()) {
    transitions.push_back({.due = to_due(one),
                           .storage_class = text(one, "StorageClass"),
                           .newer_kept = number(one, "NewerNoncurrentVersions").value_or(0)});
  }
  return transitions;
}

LifecycleRule to_rule(const base::Value& value) {
  LifecycleRule rule;
  rule.id = text(value, "ID");
  rule.filter = filter_of(value);
  if (const base::Value* asked = member(value, "Expiration")) {
    const Due due = to_due(*asked);
    if (due.days || due.date) rule.expiration = due;
    const base::Value* lone = member(*asked, "ExpiredObjectDeleteMarker");
    rule.expires_lone_markers = lone != nullptr && lone->flag();
  }
  rule.transitions = to_transitions(value, "Transitions");
  if (const base::Value* asked = member(value, "NoncurrentVersionExpiration")) {
    rule.noncurrent_expiration = to_due(*asked);
    rule.newer_kept = number(*asked, "NewerNoncurrentVersions").value_or(0);
  }
  rule.noncurrent_transitions = to_transitions(value, "NoncurrentVersionTransitions");
  if (const base::Value* asked = member(value, "AbortIncompleteMultipartUpload")) {
    rule.abort_uploads_after = number(*asked, "DaysAfterInitiation");
  }
  return rule;
}

// Of what is due by now, the more thorough one.
void offer(Fate& best, Fate::Kind kind, base::Timestamp when, base::Timestamp now,
           const std::string& rule, const std::string& storage_class = {}) {
  if (when > now) return;
  const auto rank = [](const Fate& fate) {
    switch (fate.kind) {
      case Fate::Kind::stays:
        return std::pair(0, std::size_t{0});
      case Fate::Kind::expires:
        return std::pair(1, std::size_t{0});
      case Fate::Kind::moves:
        return std::pair(2, depth_of(fate.storage_class));
      case Fate::Kind::goes:
        break;
    }
    return std::pair(3, std::size_t{0});
  };
  Fate offered{.kind = kind, .storage_class = storage_class, .when = when, .rule = rule};
  if (rank(offered) > rank(best)) best = std::move(offered);
}

void offer_transition(Fate& best, const LifecycleRule& rule, const Transition& transition,
                      const ObjectInfo& info, base::Timestamp beginning, base::Timestamp now) {
  if (!may_move(rule, info, transition.storage_class)) return;
  offer(best, Fate::Kind::moves, transition.due.after(beginning), now, rule.id,
        transition.storage_class);
}

void offer_to_newest(Fate& best, const LifecycleRule& rule, const ObjectInfo& info,
                     base::Timestamp now) {
  for (const Transition& one : rule.transitions) {
    offer_transition(best, rule, one, info, info.modified, now);
  }
  if (rule.expiration) {
    offer(best, Fate::Kind::expires, rule.expiration->after(info.modified), now, rule.id);
  }
}

void offer_to_former(Fate& best, const LifecycleRule& rule, const ObjectInfo& info,
                     const Standing& standing, base::Timestamp now) {
  const int newer = standing.newer_noncurrent;
  for (const Transition& one : rule.noncurrent_transitions) {
    if (standing.marker || newer < one.newer_kept) continue;
    offer_transition(best, rule, one, info, standing.replaced, now);
  }
  if (rule.noncurrent_expiration && newer >= rule.newer_kept) {
    offer(best, Fate::Kind::goes, rule.noncurrent_expiration->after(standing.replaced), now,
          rule.id);
  }
}

// A marker that hides nothing any more.
void offer_to_lone_marker(Fate& best, const LifecycleRule& rule, const ObjectInfo& info,
                          base::Timestamp now) {
  if (rule.expires_lone_markers) offer(best, Fate::Kind::goes, info.modified, now, rule.id);
  if (rule.expiration) {
    offer(best, Fate::Kind::goes, rule.expiration->after(info.modified), now, rule.id);
  }
}

}  // namespace

bool LifecycleFilter::holds(const ObjectInfo& info) const {
  const bool tagged = std::ranges::all_of(
      tags, [&](const auto& tag) { return std::ranges::find(info.tags, tag) != info.tags.end(); });
  return tagged && info.key.starts_with(prefix) && (!larger_than || info.size > *larger_than) &&
         (!smaller_than || info.size < *smaller_than);
}

LifecycleFilter to_filter(const base::Value& filter) {
  LifecycleFilter read;
  add_conditions(filter, read);
  if (const base::Value* all = member(filter, "And")) add_conditions(*all, read);
  return read;
}

base::Timestamp midnight_after(base::Timestamp time) {
  return std::chrono::ceil<std::chrono::days>(time);
}

base::Timestamp Due::after(base::Timestamp beginning) const {
  if (date) return *date;
  return midnight_after(beginning + std::chrono::days(days.value_or(0)));
}

std::vector<LifecycleRule> parse_lifecycle(std::string_view document) {
  std::vector<LifecycleRule> rules;
  if (document.empty()) return rules;
  const base::Value parsed = base::parse_json(document);
  const bool archives_small =
      text(parsed, "TransitionDefaultMinimumObjectSize") == "varies_by_storage_class";
  for (const base::Value& rule : member(parsed, "Rules")->list()) {
    if (text(rule, "Status") != "Enabled") continue;
    rules.push_back(to_rule(rule));
    rules.back().archives_small = archives_small;
  }
  return rules;
}

Fate fate_of(const std::vector<LifecycleRule>& rules, const ObjectInfo& info,
             const Standing& standing, base::Timestamp now) {
  Fate best;
  for (const LifecycleRule& rule : rules) {
    if (!rule.filter.holds(info)) continue;
    if (!standing.newest) {
      offer_to_former(best, rule, info, standing, now);
    } else if (!standing.marker) {
      offer_to_newest(best, rule, info, now);
    } else if (standing.alone) {
      offer_to_lone_marker(best, rule, info, now);
    }
  }
  return best;
}

std::optional<Fate> expiry_of(const std::vector<LifecycleRule>& rules, const ObjectInfo& info) {
  std::optional<Fate> soonest;
  for (const LifecycleRule& rule : rules) {
    if (!rule.expiration || !rule.filter.holds(info)) continue;
    const base::Timestamp when = rule.expiration->after(info.modified);
    if (!soonest || when < soonest->when) {
      soonest =
          Fate{.kind = Fate::Kind::expires, .storage_class = {}, .when = when, .rule = rule.id};
    }
  }
  return soonest;
}

std::optional<Fate> abort_of(const std::vector<LifecycleRule>& rules, std::string_view key,
                             base::Timestamp initiated) {
  std::optional<Fate> soonest;
  for (const LifecycleRule& rule : rules) {
    if (!rule.abort_uploads_after || !key.starts_with(rule.filter.prefix)) continue;
    const base::Timestamp when =
        midnight_after(initiated + std::chrono::days(*rule.abort_uploads_after));
    if (!soonest || when < soonest->when) {
      soonest = Fate{.kind = Fate::Kind::goes, .storage_class = {}, .when = when, .rule = rule.id};
    }
  }
  return soonest;
}

bool is_archive(std::string_view storage_class) {
  return storage_class == "GLACIER" || storage_class == "DEEP_ARCHIVE";
}

std::optional<base::Timestamp> restored_until(const Traits& traits) {
  if (traits.restore.empty()) return std::nullopt;
  return base::Timestamp(base::Milliseconds(std::stoll(traits.restore)));
}

bool is_readable(const Traits& traits, base::Timestamp now) {
  if (!is_archive(traits.storage_class)) return true;
  const auto until = restored_until(traits);
  return until && *until > now;
}

}  // namespace millrace::objects
