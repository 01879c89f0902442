// Log groups, streams and events as rows: an event belongs to a stream, a stream to a group, a
// group to an account and region.
#include "base/json.hpp"
#include "telemetry/logs.hpp"

#include <algorithm>
#include <limits>

namespace millrace::telemetry {

namespace {

using store::Connection;
using store::Row;

constexpr std::string_view steps[] = {R"sql(
create table log_group (
  id integer primary key, account text not null, region text not null, name text not null,
  created integer not null, retention integer, bytes integer not null default 0,
  unique (account, region, name));
create table log_stream (
  id integer primary key, group_id integer not null, name text not null, created integer not null,
  first_event integer, last_event integer, last_ingestion integer,
  unique (group_id, name));
create table log_event (
  id integer primary key, stream_id integer not null, time integer not null, ingested integer not null,
  message text not null);
create index log_event_by_time on log_event (stream_id, time, id);
)sql"};

constexpr std::int64_t event_overhead_bytes =
    26;  // AWS counts 26 bytes for each event beside its text

std::int64_t number(base::Timestamp time) { return time.time_since_epoch().count(); }
base::Timestamp moment(std::int64_t milliseconds) {
  return base::Timestamp(base::Milliseconds(milliseconds));
}

std::optional<base::Timestamp> optional_moment(const store::Cell& cell) {
  if (cell.is_null()) return std::nullopt;
  return moment(cell.integer());
}

std::optional<std::int64_t> group_id(Connection& db, const Scope& scope, std::string_view name) {
  const auto row =
      db.first("select id from log_group where account = ? and region = ? and name = ?",
               scope.account, scope.region, name);
  if (!row) return std::nullopt;
  return (*row)[0].integer();
}

std::int64_t existing_group(Connection& db, const Scope& scope, std::string_view name) {
  const auto id = group_id(db, scope, name);
  if (!id) throw NoSuchGroup();
  return *id;
}

std::optional<std::int64_t> stream_id(Connection& db, std::int64_t group, std::string_view name) {
  const auto row =
      db.first("select id from log_stream where group_id = ? and name = ?", group, name);
  if (!row) return std::nullopt;
  return (*row)[0].integer();
}

std::int64_t existing_stream(Connection& db, std::int64_t group, std::string_view name) {
  const auto id = stream_id(db, group, name);
  if (!id) throw NoSuchStream();
  return *id;
}

void insert_group(Connection& db, const Scope& scope, std::string_view name, base::Timestamp now) {
  db.run("insert into log_group (account, region, name, created) values (?, ?, ?, ?)",
         scope.account, scope.region, name, number(now));
}

void insert_stream(Connection& db, std::int64_t group, std::string_view name, base::Timestamp now) {
  db.run("insert into log_stream (group_id, name, created) values (?, ?, ?)", group, name,
         number(now));
}

void insert_events(Connection& db, std::int64_t group, std::int64_t stream,
                   std::span<const LogEvent> events, base::Timestamp now) {
  if (events.empty()) return;
  std::int64_t bytes = 0;
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  for (const LogEvent& event : events) {
    db.run("insert into log_event (stream_id, time, ingested, message) values (?, ?, ?, ?)", stream,
           number(event.time), number(now), event.message);
    bytes += static_cast<std::int64_t>(event.message.size()) + event_overhead_bytes;
    first = std::min(first, number(event.time));
    last = std::max(last, number(event.time));
  }
  db.run("update log_group set bytes = bytes + ? where id = ?", bytes, group);
  db.run(
      "update log_stream set first_event = min(coalesce(first_event, ?1), ?1), "
      "last_event = max(coalesce(last_event, ?2), ?2), last_ingestion = ?3 where id = ?4",
      first, last, number(now), stream);
}

void erase_stream(Connection& db, std::int64_t group, std::int64_t stream) {
  const auto row = db.first(
      "select coalesce(sum(length(cast(message as blob)) + ?), 0) from log_event where stream_id = "
      "?",
      event_overhead_bytes, stream);
  db.run("update log_group set bytes = bytes - ? where id = ?", (*row)[0].integer(), group);
  db.run("delete from log_event where stream_id = ?", stream);
  db.run("delete from log_stream where id = ?", stream);
}

void erase_group(Connection& db, std::int64_t group) {
  db.run("delete from log_event where stream_id in (select id from log_stream where group_id = ?)",
         group);
  db.run("delete from log_stream where group_id = ?", group);
  db.run("delete from log_group where id = ?", group);
}

LogGroup to_group(const Row& row) {
  return {.name = row[0].text(),
          .created = moment(row[1].integer()),
          .retention_days = row[2].optional_integer(),
          .stored_bytes = row[3].integer()};
}

LogStream to_stream(const Row& row) {
  return {.name = row[0].text(),
          .created = moment(row[1].integer()),
          .first_event = optional_moment(row[2]),
          .last_event = optional_moment(row[3]),
          .last_ingestion = optional_moment(row[4])};
}

StoredEvent to_event(const Row& row) {
  return {.id = row[0].integer(),
          .stream = row[1].text(),
          .time = moment(row[2].integer()),
          .ingested = moment(row[3].integer()),
          .message = row[4].text()};
}

std::vector<StoredEvent> to_events(const std::vector<Row>& rows) {
  std::vector<StoredEvent> events;
  events.reserve(rows.size());
  for (const Row& row : rows) events.push_back(to_event(row));
  return events;
}

std::int64_t earliest(const std::optional<base::Timestamp>& from) {
  return from ? number(*from) : std::numeric_limits<std::int64_t>::min();
}
std::int64_t latest(const std::optional<base::Timestamp>& to) {
  return to ? number(*to) : std::numeric_limits<std::int64_t>::max();
}

std::vector<Row> after_position(Connection& db, std::int64_t stream, const EventQuery& query) {
  const auto position =
      query.position.value_or(std::pair{std::numeric_limits<std::int64_t>::min(), std::int64_t{0}});
  return db.query(
      "select e.id, s.name, e.time, e.ingested, e.message from log_event e join log_stream s on "
      "s.id = e.stream_id "
      "where e.stream_id = ? and e.time >= ? and e.time < ? and (e.time, e.id) > (?, ?) order by "
      "e.time, e.id limit ?",
      stream, earliest(query.from), latest(query.to), position.first, position.second, query.limit);
}

std::vector<Row> before_position(Connection& db, std::int64_t stream, const EventQuery& query) {
  const auto position =
      query.position.value_or(std::pair{std::numeric_limits<std::int64_t>::max(), std::int64_t{0}});
  auto rows = db.query(
      "select e.id, s.name, e.time, e.ingested, e.message from log_event e join log_stream s on "
      "s.id = e.stream_id "
      "where e.stream_id = ? and e.time >= ? and e.time < ? and (e.time, e.id) < (?, ?) "
      "order by e.time desc, e.id desc limit ?",
      stream, earliest(query.from), latest(query.to), position.first, position.second, query.limit);
  std::reverse(rows.begin(), rows.end());
  return rows;
}

// JSON text of the names, for SQLite's json_each: one statement for any number of streams.
std::string json_names(const std::vector<std::string>& names) {
  base::List list;
  for (const std::string& name : names) list.emplace_back(name);
  return base::write_json(base::Value(std::move(list)));
}

}  // namespace

Logs::Logs(store::Database& database, base::Clock& clock) : database_(database), clock_(clock) {
  database_.declare({.name = "logs", .steps = steps});
}

void Logs::create_group(const Scope& scope, std::string_view group) {
  database_.write([&](Connection& db) {
    if (group_id(db, scope, group)) throw LogNameTaken("The specified log group already exists");
    insert_group(db, scope, group, clock_.service());
  });
}

void Logs::create_stream(const Scope& scope, std::string_view group, std::string_view stream) {
  database_.write([&](Connection& db) {
    const std::int64_t id = existing_group(db, scope, group);
    if (stream_id(db, id, stream)) throw LogNameTaken("The specified log stream already exists");
    insert_stream(db, id, stream, clock_.service());
  });
}

void Logs::delete_group(const Scope& scope, std::string_view group) {
  database_.write([&](Connection& db) { erase_group(db, existing_group(db, scope, group)); });
}

void Logs::delete_stream(const Scope& scope, std::string_view group, std::string_view stream) {
  database_.write([&](Connection& db) {
    const std::int64_t id = existing_group(db, scope, group);
    erase_stream(db, id, existing_stream(db, id, stream));
  });
}

std::optional<LogGroup> Logs::group(const Scope& scope, std::string_view name) {
  return database_.read([&](Connection& db) -> std::optional<LogGroup> {
    const auto row = db.first(
        "select name, created, retention, bytes from log_group where account = ? and region = ? "
        "and name = ?",
        scope.account, scope.region, name);
    if (!row) return std::nullopt;
    return to_group(*row);
  });
}

std::optional<LogStream> Logs::stream(const Scope& scope, std::string_view group,
                                      std::string_view name) {
  return database_.read([&](Connection& db) -> std::optional<LogStream> {
    const auto row = db.first(
        "select name, created, first_event, last_event, last_ingestion from log_stream where "
        "group_id = ? and name = ?",
        existing_group(db, scope, group), name);
    if (!row) return std::nullopt;
    return to_stream(*row);
  });
}

std::vector<LogGroup> Logs::groups(const Scope& scope, std::string_view prefix,
                                   std::string_view after, std::int64_t limit) {
  return database_.read([&](Connection& db) {
    std::vector<LogGroup> groups;
    for (const Row& row :
         db.query("select name, created, retention, bytes from log_group where account = ? and "
                  "region = ? "
                  "and name > ? and substr(name, 1, length(?4)) = ?4 order by name limit ?5",
                  scope.account, scope.region, after, prefix, limit)) {
      groups.push_back(to_group(row));
    }
    return groups;
  });
}

std::vector<LogStream> Logs::streams(const Scope& scope, std::string_view group,
                                     std::string_view prefix) {
  return database_.read([&](Connection& db) {
    std::vector<LogStream> streams;
    for (const Row& row :
         db.query("select name, created, first_event, last_event, last_ingestion from log_stream "
                  "where group_id = ?1 and substr(name, 1, length(?2)) = ?2 order by name",
                  existing_group(db, scope, group), prefix)) {
      streams.push_back(to_stream(row));
    }
    return streams;
  });
}

void Logs::put(const Scope& scope, std::string_view group, std::string_view stream,
               std::span<const LogEvent> events) {
  database_.write([&](Connection& db) {
    const std::int64_t id = existing_group(db, scope, group);
    insert_events(db, id, existing_stream(db, id, stream), events, clock_.service());
  });
}

void Logs::append_in(Connection& db, const Scope& scope, std::string_view group,
                     std::string_view stream, std::span<const LogEvent> events) {
  const base::Timestamp now = clock_.service();
  if (!group_id(db, scope, group)) insert_group(db, scope, group, now);
  const std::int64_t id = existing_group(db, scope, group);
  if (!stream_id(db, id, stream)) insert_stream(db, id, stream, now);
  insert_events(db, id, existing_stream(db, id, stream), events, now);
}

void Logs::append(const Scope& scope, std::string_view group, std::string_view stream,
                  std::span<const LogEvent> events) {
  database_.write([&](Connection& db) { append_in(db, scope, group, stream, events); });
}

std::vector<StoredEvent> Logs::events(const Scope& scope, const EventQuery& query) {
  return database_.read([&](Connection& db) {
    const std::int64_t stream =
        existing_stream(db, existing_group(db, scope, query.group), query.stream);
    const bool forward = query.position ? query.forward : query.from_head;
    return to_events(forward ? after_position(db, stream, query)
                             : before_position(db, stream, query));
  });
}

std::vector<StoredEvent> Logs::filter(const Scope& scope, const FilterQuery& query) {
  return database_.read([&](Connection& db) {
    const std::int64_t group = existing_group(db, scope, query.group);
    for (const std::string& name : query.streams)
      static_cast<void>(existing_stream(db, group, name));
    const auto position = query.position.value_or(
        std::pair{std::numeric_limits<std::int64_t>::min(), std::int64_t{0}});
    return to_events(
        db.query("select e.id, s.name, e.time, e.ingested, e.message from log_event e join "
                 "log_stream s on s.id = e.stream_id "
                 "where s.group_id = ?1 and substr(s.name, 1, length(?2)) = ?2 "
                 "and (?3 = '[]' or s.name in (select value from json_each(?3))) "
                 "and e.time >= ?4 and e.time < ?5 and (e.time, e.id) > (?6, ?7) order by e.time, "
                 "e.id limit ?8",
                 group, query.stream_prefix, json_names(query.streams), earliest(query.from),
                 latest(query.to), position.first, position.second, query.limit));
  });
}

void Logs::empty_account(std::string_view account) {
  database_.write([&](Connection& db) {
    for (const Row& row : db.query("select id from log_group where account = ?", account)) {
      erase_group(db, row[0].integer());
    }
  });
}

}  // namespace millrace::telemetry
