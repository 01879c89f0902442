// Bytes of segments that are durable in the database alone, until their file is synced for many
// groups at once: a group of small bodies costs the sync of the log and no other.
#pragma once

#include "base/files.hpp"
#include "store/blob_format.hpp"
#include "store/database.hpp"
#include "store/segments.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::store {

// The table's schema is one of blobs.cpp's steps.
constexpr std::string_view fresh_table = R"sql(
  CREATE TABLE blob_fresh (
    id INTEGER PRIMARY KEY, segment INTEGER NOT NULL, start INTEGER NOT NULL, bytes BLOB NOT NULL);
)sql";

// On the writer's thread alone.
class FreshBodies {
 public:
  explicit FreshBodies(Segments& segments) : segments_(segments) {}

  // What was written to the segments is durable with the group: by rows of its own; or before it,
  // in the segment, where these would be many bytes.
  void make_durable(Connection& connection);
  // Syncs the segments and drops the rows with the group.
  void sync(Connection& connection);
  void settle(bool is_durable) noexcept;
  // There may be rows of bytes that their segment has not for sure.
  [[nodiscard]] bool has_recorded() const { return has_recorded_; }

 private:
  Segments& segments_;
  bool has_recorded_ = false;
  bool has_forgotten_ = false;  // the rows go with the group
};

// What was recorded lies durably where it belongs, or its segment goes.
void forget_fresh(Connection& connection);
void forget_fresh(Connection& connection, std::uint32_t segment);

// At the start, before anything is appended: writes to the segments again what a loss of power may
// have kept from them, durably, and forgets it.
void write_fresh(base::Files& files, Database& database, const std::string& folder);

// Header and body of an entry as they were recorded and will be in the segment after the next
// start.
[[nodiscard]] std::optional<std::string> fresh_entry(Connection& connection,
                                                     const SmallPlace& place);

}  // namespace millrace::store
