// Log groups, streams and their events: taken in by jobs and endpoints, read by token as followers
// do.
#pragma once

#include "base/random.hpp"
#include "base/time.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::telemetry {

// Where a group, stream or metric lives.
struct Scope {
  std::string account;
  std::string region;
};

struct LogEvent {
  base::Timestamp time;
  std::string message;  // without line end, at most 1 MiB
};

struct StoredEvent {
  std::int64_t id = 0;  // grows; also the eventId of filtered events
  std::string stream;
  base::Timestamp time;
  base::Timestamp ingested;
  std::string message;
};

struct LogGroup {
  std::string name;
  base::Timestamp created;
  std::optional<std::int64_t> retention_days;
  std::int64_t stored_bytes = 0;
};

struct LogStream {
  std::string name;
  base::Timestamp created;
  std::optional<base::Timestamp> first_event;
  std::optional<base::Timestamp> last_event;
  std::optional<base::Timestamp> last_ingestion;
};

struct NoSuchGroup : std::runtime_error {
  NoSuchGroup() : std::runtime_error("The specified log group does not exist.") {}
};
struct NoSuchStream : std::runtime_error {
  NoSuchStream() : std::runtime_error("The specified log stream does not exist.") {}
};
struct LogNameTaken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A window of one stream. Events are ordered by time, then id; `from` and `to` bound the time as
// [from, to).
struct EventQuery {
  std::string group;
  std::string stream;
  std::optional<base::Timestamp> from;
  std::optional<base::Timestamp> to;
  std::int64_t limit = 10'000;
  bool forward = true;
  // The position after which (forward) or before which (backward) to go on: time and id of the last
  // event given.
  std::optional<std::pair<std::int64_t, std::int64_t>> position;
  bool from_head = false;  // without a position: begin with the oldest
};

// Over all or some streams of a group.
struct FilterQuery {
  std::string group;
  std::vector<std::string> streams;  // empty: all
  std::string stream_prefix;
  std::optional<base::Timestamp> from;
  std::optional<base::Timestamp> to;
  std::int64_t limit = 10'000;
  std::optional<std::pair<std::int64_t, std::int64_t>> position;
};

class Logs {
 public:
  Logs(store::Database& database, base::Clock& clock);

  void create_group(const Scope& scope, std::string_view group);  // throws LogNameTaken
  void create_stream(const Scope& scope, std::string_view group,
                     std::string_view stream);  // throws LogNameTaken, NoSuchGroup
  void delete_group(const Scope& scope, std::string_view group);
  void delete_stream(const Scope& scope, std::string_view group, std::string_view stream);
  [[nodiscard]] std::optional<LogGroup> group(const Scope& scope, std::string_view name);
  [[nodiscard]] std::optional<LogStream> stream(const Scope& scope, std::string_view group,
                                                std::string_view name);
  // In name order, of names greater than `after`.
  [[nodiscard]] std::vector<LogGroup> groups(const Scope& scope, std::string_view prefix,
                                             std::string_view after, std::int64_t limit);
  // In name order; by last event time where asked, newest first then.
  [[nodiscard]] std::vector<LogStream> streams(const Scope& scope, std::string_view group,
                                               std::string_view prefix);

  // Stores events; group and stream must exist.
  void put(const Scope& scope, std::string_view group, std::string_view stream,
           std::span<const LogEvent> events);
  // For engines, inside a write of theirs (with the offset read, in one commit): makes group and
  // stream where missing.
  void append_in(store::Connection& connection, const Scope& scope, std::string_view group,
                 std::string_view stream, std::span<const LogEvent> events);
  void append(const Scope& scope, std::string_view group, std::string_view stream,
              std::span<const LogEvent> events);

  [[nodiscard]] std::vector<StoredEvent> events(const Scope& scope,
                                                const EventQuery& query);  // oldest first
  [[nodiscard]] std::vector<StoredEvent> filter(const Scope& scope, const FilterQuery& query);
  void empty_account(std::string_view account);

 private:
  store::Database& database_;
  base::Clock& clock_;
};

}  // namespace millrace::telemetry
