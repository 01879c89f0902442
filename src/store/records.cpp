// Records in one table, ordered by their key; tags and policies beside them, keyed by ARN.
#include "store/records.hpp"

#include "base/json.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>

namespace millrace::store {

namespace {

constexpr std::array<std::string_view, 1> steps = {R"sql(
  CREATE TABLE records (
    account TEXT NOT NULL, region TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
    arn TEXT NOT NULL, status TEXT NOT NULL,
    created INTEGER NOT NULL, modified INTEGER NOT NULL, version INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (account, region, kind, name)) WITHOUT ROWID;
  CREATE INDEX records_by_arn ON records (arn);
  CREATE INDEX records_by_kind ON records (kind, status);
  CREATE TABLE record_tags (
    arn TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (arn, name)) WITHOUT ROWID;
  CREATE TABLE record_policies (arn TEXT PRIMARY KEY, policy TEXT NOT NULL) WITHOUT ROWID;
)sql"};
constexpr Schema schema = {.name = "records", .steps = steps};

// `rest` chooses the records; the columns are those that `record_of` reads.
std::string select(std::string_view rest) {
  return "SELECT account, region, kind, name, arn, status, created, modified, version, document "
         "FROM records " +
         std::string(rest);
}

base::Timestamp time_of(const Cell& cell) {
  return base::Timestamp(base::Milliseconds(cell.integer()));
}

std::int64_t milliseconds(base::Timestamp time) { return time.time_since_epoch().count(); }

Record record_of(const Row& row) {
  return {.key = Key{.account = row[0].text(),
                     .region = row[1].text(),
                     .kind = row[2].text(),
                     .name = row[3].text()},
          .arn = row[4].text(),
          .document = base::parse_json(row[9].text()),
          .created = time_of(row[6]),
          .modified = time_of(row[7]),
          .status = row[5].text(),
          .version = row[8].integer()};
}

std::optional<Record> record_of(const std::optional<Row>& row) {
  if (!row) return std::nullopt;
  return record_of(*row);
}

std::vector<Record> records_of(const std::vector<Row>& rows) {
  std::vector<Record> all;
  all.reserve(rows.size());
  for (const Row& row : rows) all.push_back(record_of(row));
  return all;
}

// Those that are new come after those that are there, in their order.
void put_tags(Connection& connection, std::string_view arn, const Tags& tags) {
  for (const auto& [name, value] : tags) {
    connection.run(
        "INSERT INTO record_tags (arn, name, value, position) VALUES (?1, ?2, ?3, "
        "(SELECT coalesce(max(position), 0) + 1 FROM record_tags WHERE arn = ?1)) "
        "ON CONFLICT (arn, name) DO UPDATE SET value = excluded.value",
        arn, name, value);
  }
}

void erase_facets(Connection& connection, std::string_view arn) {
  connection.run("DELETE FROM record_tags WHERE arn = ?", arn);
  connection.run("DELETE FROM record_policies WHERE arn = ?", arn);
}

}  // namespace

std::string stamp_name(const Key& key) {
  constexpr char between = '\0';
  std::string name;
  name.reserve(key.account.size() + key.region.size() + key.kind.size() + key.name.size() + 3);
  name.append(key.account).append(1, between).append(key.region).append(1, between);
  return name.append(key.kind).append(1, between).append(key.name);
}

Records::Records(Database& database) : database_(database) {
  database_.declare(schema);
  database_.join(stamps_);
}

Records::~Records() { database_.leave(stamps_); }

void Records::create(const Record& record, const Tags& tags) {
  database_.write([&](Connection& connection) { create_in(connection, record, tags); });
}

std::optional<Record> Records::find(const Key& key) {
  return database_.read([&](Connection& connection) { return find_in(connection, key); });
}

std::optional<Record> Records::find_arn(std::string_view arn) {
  const std::string sql = select("WHERE arn = ?");
  return record_of(
      database_.read([&](Connection& connection) { return connection.first(sql, arn); }));
}

std::optional<Record> Records::update(const Key& key, base::Timestamp now,
                                      const std::function<void(Record&)>& change) {
  return database_.write(
      [&](Connection& connection) { return update_in(connection, key, now, change); });
}

bool Records::erase(const Key& key) {
  return database_.write([&](Connection& connection) { return erase_in(connection, key); });
}

std::vector<Record> Records::list(const Key& scope) {
  const std::string sql = select("WHERE account = ? AND region = ? AND kind = ? ORDER BY name");
  return records_of(database_.read([&](Connection& connection) {
    return connection.query(sql, scope.account, scope.region, scope.kind);
  }));
}

std::size_t Records::count(const Key& scope) {
  const auto row = database_.read([&](Connection& connection) {
    return connection.first(
        "SELECT count(*) FROM records WHERE account = ? AND region = ? AND kind = ?", scope.account,
        scope.region, scope.kind);
  });
  return static_cast<std::size_t>(row->front().integer());
}

std::vector<TaggedRecord> Records::list_tagged(std::string_view account, std::string_view region,
                                               std::string_view kind_prefix) {
  constexpr std::string_view chosen =
      "WHERE account = ?1 AND region = ?2 AND kind >= ?3 AND kind < ?3 || char(1114111) ";
  const std::string sql = select(std::string(chosen) + "ORDER BY kind, name");
  const std::string sql_of_tags =
      "SELECT tags.arn, tags.name, tags.value FROM records CROSS JOIN record_tags AS tags "
      "ON tags.arn = records.arn " +
      std::string(chosen) + "ORDER BY tags.arn, tags.position";
  std::vector<Row> rows, rows_of_tags;
  database_.read([&](Connection& connection) {
    rows = connection.query(sql, account, region, kind_prefix);
    rows_of_tags = connection.query(sql_of_tags, account, region, kind_prefix);
  });
  std::map<std::string_view, Tags> tags;
  for (const Row& row : rows_of_tags)
    tags[row[0].text()].emplace_back(row[1].text(), row[2].text());
  std::vector<TaggedRecord> all;
  all.reserve(rows.size());
  for (const Row& row : rows) {
    TaggedRecord one{.record = record_of(row), .tags = {}};
    if (const auto found = tags.find(one.record.arn); found != tags.end()) one.tags = found->second;
    all.push_back(std::move(one));
  }
  return all;
}

std::vector<Record> Records::list_every(std::string_view kind) {
  const std::string sql = select("WHERE kind = ? ORDER BY account, region, name");
  return records_of(
      database_.read([&](Connection& connection) { return connection.query(sql, kind); }));
}

Tags Records::tags(std::string_view arn) {
  const auto rows = database_.read([&](Connection& connection) {
    return connection.query("SELECT name, value FROM record_tags WHERE arn = ? ORDER BY position",
                            arn);
  });
  Tags tags;
  for (const Row& row : rows) tags.emplace_back(row[0].text(), row[1].text());
  return tags;
}

void Records::set_tags(std::string_view arn, const Tags& tags) {
  database_.write([&](Connection& connection) { put_tags(connection, arn, tags); });
}

void Records::remove_tags(std::string_view arn, const std::vector<std::string>& names) {
  database_.write([&](Connection& connection) {
    for (const std::string& name : names) {
      connection.run("DELETE FROM record_tags WHERE arn = ? AND name = ?", arn, name);
    }
  });
}

std::optional<std::string> Records::resource_policy(std::string_view arn) {
  const auto row = database_.read([&](Connection& connection) {
    return connection.first("SELECT policy FROM record_policies WHERE arn = ?", arn);
  });
  if (!row) return std::nullopt;
  return row->front().text();
}

void Records::set_resource_policy(std::string_view arn, const std::optional<std::string>& policy) {
  database_.write([&](Connection& connection) {
    if (policy) {
      connection.run("INSERT OR REPLACE INTO record_policies (arn, policy) VALUES (?, ?)", arn,
                     *policy);
    } else {
      connection.run("DELETE FROM record_policies WHERE arn = ?", arn);
    }
  });
}

void Records::empty_account(std::string_view account) {
  database_.write([&](Connection& connection) {
    stamps_.changing_all();
    for (const std::string_view facet : {"record_tags", "record_policies"}) {
      connection.run("DELETE FROM " + std::string(facet) +
                         " WHERE arn IN (SELECT arn FROM records WHERE account = ?)",
                     account);
    }
    connection.run("DELETE FROM records WHERE account = ?", account);
  });
}

void Records::create_in(Connection& connection, const Record& record, const Tags& tags) {
  stamps_.changing(stamp_name(record.key));
  const std::int64_t made = connection.run(
      "INSERT INTO records (account, region, kind, name, arn, status, created, modified, version, "
      "document) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      record.key.account, record.key.region, record.key.kind, record.key.name, record.arn,
      record.status, milliseconds(record.created), milliseconds(record.modified), record.version,
      base::write_json(record.document));
  if (made == 0) throw AlreadyExists(record.key);
  put_tags(connection, record.arn, tags);
}

std::optional<Record> Records::find_in(Connection& connection, const Key& key) {
  const std::string sql = select("WHERE account = ? AND region = ? AND kind = ? AND name = ?");
  return record_of(connection.first(sql, key.account, key.region, key.kind, key.name));
}

std::optional<Record> Records::update_in(Connection& connection, const Key& key,
                                         base::Timestamp now,
                                         const std::function<void(Record&)>& change) {
  auto record = find_in(connection, key);
  if (!record) return std::nullopt;
  stamps_.changing(stamp_name(key));
  change(*record);
  // A clock that was set back does not make a change older than what it changes.
  record->modified = std::max(record->modified, now);
  ++record->version;
  connection.run(
      "UPDATE records SET status = ?, modified = ?, version = ?, document = ? "
      "WHERE account = ? AND region = ? AND kind = ? AND name = ?",
      record->status, milliseconds(record->modified), record->version,
      base::write_json(record->document), key.account, key.region, key.kind, key.name);
  return record;
}

bool Records::erase_in(Connection& connection, const Key& key) {
  stamps_.changing(stamp_name(key));
  const auto erased = connection.first(
      "DELETE FROM records WHERE account = ? AND region = ? AND kind = ? AND name = ? "
      "RETURNING arn",
      key.account, key.region, key.kind, key.name);
  if (!erased) return false;
  erase_facets(connection, erased->front().text());
  return true;
}

}  // namespace millrace::store
