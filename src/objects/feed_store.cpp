// The statements on the change feed. Its tables are declared in store.cpp.
#include "objects/feed.hpp"
#include "objects/store_cells.hpp"

#include <algorithm>
#include <array>

namespace millrace::objects {

namespace {

using rows::to_cell;
using rows::to_time;
using store::Row;

// Kinds of settings whose readers follow the feed.
constexpr std::array<std::string_view, 1> followed_kinds = {"replication"};

FeedEntry to_entry(const Row& row) {
  return {.position = row[0].integer(),
          .time = to_time(row[1]),
          .bucket = row[2].text(),
          .key = row[3].text(),
          .version = row[4].text(),
          .row = row[5].integer(),
          .event = static_cast<Event>(row[6].integer()),
          .cause = static_cast<Cause>(row[7].integer())};
}

}  // namespace

bool is_followed(const Bucket& bucket) {
  if (!bucket.settings) return false;
  return std::ranges::any_of(
      followed_kinds, [&](std::string_view kind) { return bucket.settings->contains(kind); });
}

void add_to_feed(store::Connection& connection, const FeedEntry& entry) {
  connection.run(
      "INSERT INTO objects_feed (time, bucket, key, version, object, event, cause) VALUES (?, ?, "
      "?, ?, ?, ?, ?)",
      to_cell(entry.time), entry.bucket, entry.key, entry.version, entry.row,
      static_cast<int>(entry.event), static_cast<int>(entry.cause));
}

bool is_in_feed(store::Connection& connection, std::string_view reader) {
  return connection.first("SELECT 1 FROM objects_feed_reader WHERE name = ?", reader).has_value();
}

void join_feed(store::Connection& connection, std::string_view reader) {
  connection.run(
      "INSERT OR IGNORE INTO objects_feed_reader (name, position) VALUES (?, (SELECT "
      "coalesce(max(position), 0) FROM objects_feed))",
      reader);
}

std::vector<FeedEntry> read_feed(store::Connection& connection, std::string_view reader,
                                 std::int64_t limit) {
  return read_feed(connection, reader, 0, limit);
}

std::vector<FeedEntry> read_feed(store::Connection& connection, std::string_view reader,
                                 std::int64_t after, std::int64_t limit) {
  std::vector<FeedEntry> entries;
  for (const Row& row : connection.query(
           "SELECT position, time, bucket, key, version, object, event, cause FROM objects_feed "
           "WHERE position > max(?2, (SELECT position FROM objects_feed_reader WHERE name = ?1)) "
           "ORDER BY position LIMIT ?3",
           reader, after, limit)) {
    entries.push_back(to_entry(row));
  }
  return entries;
}

void advance_feed(store::Connection& connection, std::string_view reader, std::int64_t position) {
  connection.run("UPDATE objects_feed_reader SET position = max(position, ?) WHERE name = ?",
                 position, reader);
  connection.run(
      "DELETE FROM objects_feed WHERE position <= (SELECT min(position) FROM objects_feed_reader)");
}

}  // namespace millrace::objects
