// The rules of a bucket's lifecycle: what is to become of a version, and when. All times are whole
// days after the version's beginning, rounded up to the next midnight UTC, as S3 counts them.
#pragma once

#include "objects/objects.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::objects {

struct LifecycleFilter {
  std::string prefix;
  Attributes tags;  // all of them
  std::optional<std::uint64_t> larger_than;
  std::optional<std::uint64_t> smaller_than;

  [[nodiscard]] bool holds(const ObjectInfo& info) const;
};

// When something is done: days after a beginning, or a date for all.
struct Due {
  std::optional<int> days;
  std::optional<base::Timestamp> date;

  [[nodiscard]] base::Timestamp after(base::Timestamp beginning) const;
};

struct Transition {
  Due due;
  std::string storage_class;
  int newer_kept = 0;  // of versions that are not the newest: so many newer ones stay as they are
};

struct LifecycleRule {
  std::string id;
  LifecycleFilter filter;
  std::optional<Due> expiration;
  bool expires_lone_markers = false;
  std::vector<Transition> transitions;
  std::optional<Due> noncurrent_expiration;
  int newer_kept = 0;
  std::vector<Transition> noncurrent_transitions;
  std::optional<int> abort_uploads_after;  // days
  bool archives_small = false;             // what is under 128 KiB is moved to archives too
};

// A bucket's setting "lifecycle", JSON of the request's members: the rules that are enabled.
[[nodiscard]] std::vector<LifecycleRule> parse_lifecycle(std::string_view document);

// A version beside the others of its key.
struct Standing {
  bool newest = true;
  bool marker = false;
  bool alone = true;         // the only one of its key
  base::Timestamp replaced;  // when it ceased to be the newest
  int newer_noncurrent = 0;  // versions between it and the newest
};

struct Fate {
  enum class Kind { stays, moves, expires, goes };
  Kind kind = Kind::stays;
  std::string storage_class;  // of what moves
  base::Timestamp when;
  std::string rule;
};

// What the rules have for the version by now: erasing goes before moving, moving before expiring.
[[nodiscard]] Fate fate_of(const std::vector<LifecycleRule>& rules, const ObjectInfo& info,
                           const Standing& standing, base::Timestamp now);
// When the newest version will expire, of all rules the soonest.
[[nodiscard]] std::optional<Fate> expiry_of(const std::vector<LifecycleRule>& rules,
                                            const ObjectInfo& info);
// When an upload of this key is aborted.
[[nodiscard]] std::optional<Fate> abort_of(const std::vector<LifecycleRule>& rules,
                                           std::string_view key, base::Timestamp initiated);

[[nodiscard]] base::Timestamp midnight_after(base::Timestamp time);

// GLACIER and DEEP_ARCHIVE: their bytes are read after a restore only, until that expires.
[[nodiscard]] bool is_archive(std::string_view storage_class);
[[nodiscard]] std::optional<base::Timestamp> restored_until(const Traits& traits);
[[nodiscard]] bool is_readable(const Traits& traits, base::Timestamp now);

}  // namespace millrace::objects
