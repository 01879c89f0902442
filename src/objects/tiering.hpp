// Intelligent tiering: in which tier an object of that class lies, and when a bucket's
// configurations have it archived. The tiers without an archive follow from when it was last read;
// a day of not being read ends at midnight UTC.
#pragma once

#include "objects/lifecycle_filter.hpp"
#include "objects/object_store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::objects {

constexpr std::string_view intelligent_class = "INTELLIGENT_TIERING";
constexpr std::string_view archive_access = "ARCHIVE_ACCESS";
constexpr std::string_view deep_archive_access = "DEEP_ARCHIVE_ACCESS";
// What is smaller stays in the first tier.
constexpr std::uint64_t least_tiered = 128 * 1024;

// Its bytes are in an archive of the class.
struct ArchivedByTier : Archived {
  explicit ArchivedByTier(const ObjectInfo& object)
      : Archived(object), tier(object.traits.lying.archive) {}
  std::string tier;
};
// Throws ArchivedByTier, or Archived, for what must be restored before it is read.
void check_readable(const ObjectInfo& info, base::Timestamp now);

enum class Tier { frequent, infrequent, archive_instant, archive, deep_archive };
// Of an object of the class.
[[nodiscard]] Tier tier_of(const ObjectInfo& info, base::Timestamp now);

// When it was last read, as far as that is kept: by the day.
[[nodiscard]] base::Timestamp last_access(const ObjectInfo& info);

// A configuration that is enabled, a bucket's setting of this kind with an id.
constexpr std::string_view tiering_setting = "intelligent-tiering";
struct TieringRule {
  LifecycleFilter filter;
  std::optional<int> archive_after;  // days
  std::optional<int> deep_after;
};
[[nodiscard]] std::optional<TieringRule> parse_tiering(std::string_view document);

// The archive into which the object is due by now: one of the two, or empty where it stays.
[[nodiscard]] std::string_view archive_due(const std::vector<TieringRule>& rules,
                                           const ObjectInfo& info, base::Timestamp now);

}  // namespace millrace::objects
