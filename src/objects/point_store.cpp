// The tables of access points and of what accounts have set, and the statements on them.
#include "objects/point_rows.hpp"
#include "objects/store_cells.hpp"

#include <array>

namespace millrace::objects::rows {

namespace {

// How many points an account has in a region is kept beside them, as each new one asks for it.
constexpr std::array<std::string_view, 2> schema_steps = {R"(
CREATE TABLE objects_point (
  account TEXT NOT NULL, name TEXT NOT NULL, region TEXT NOT NULL, alias TEXT NOT NULL,
  bucket TEXT NOT NULL, bucket_account TEXT NOT NULL, vpc TEXT NOT NULL, block TEXT NOT NULL,
  policy TEXT NOT NULL, tags TEXT NOT NULL, created INTEGER NOT NULL,
  PRIMARY KEY (account, name, region)) WITHOUT ROWID;
CREATE UNIQUE INDEX objects_point_by_alias ON objects_point (alias);
CREATE INDEX objects_point_by_bucket ON objects_point (bucket, account);
CREATE TABLE objects_account_setting (
  account TEXT NOT NULL, kind TEXT NOT NULL, document TEXT NOT NULL,
  PRIMARY KEY (account, kind)) WITHOUT ROWID;
)",
                                                          R"(
CREATE TABLE objects_point_count (
  account TEXT NOT NULL, region TEXT NOT NULL, points INTEGER NOT NULL,
  PRIMARY KEY (account, region)) WITHOUT ROWID;
INSERT INTO objects_point_count
  SELECT account, region, count(*) FROM objects_point GROUP BY account, region;
CREATE TRIGGER objects_point_made AFTER INSERT ON objects_point BEGIN
  INSERT INTO objects_point_count (account, region, points) VALUES (new.account, new.region, 1)
    ON CONFLICT (account, region) DO UPDATE SET points = points + 1;
END;
CREATE TRIGGER objects_point_gone AFTER DELETE ON objects_point BEGIN
  UPDATE objects_point_count SET points = points - 1
    WHERE account = old.account AND region = old.region;
END;
)"};

AccessPoint to_point(Connection& connection, const Row& row) {
  return {
      .name = PointName{.account = row[0].text(), .region = row[1].text(), .name = row[2].text()},
      .alias = row[3].text(),
      .bucket = row[4].text(),
      .bucket_account = row[5].text(),
      .vpc = row[6].text(),
      .block = to_public_block(row[7].text()),
      .account_block =
          to_public_block(account_setting(connection, row[0].text(), public_access_setting)),
      .policy = row[8].text(),
      .tags = to_attributes(row[9].text()),
      .created = to_time(row[10])};
}

}  // namespace

void declare_points(store::Database& database) {
  database.declare({.name = "objects_points", .steps = schema_steps});
}

std::optional<AccessPoint> find_point(Connection& connection, const PointName& name) {
  const auto row = connection.first(
      "SELECT account, region, name, alias, bucket, bucket_account, vpc, block, policy, tags, "
      "created FROM objects_point WHERE account = ? AND name = ? AND region = ?",
      name.account, name.name, name.region);
  return row ? std::optional(to_point(connection, *row)) : std::nullopt;
}

std::optional<AccessPoint> find_point_of_alias(Connection& connection, std::string_view alias) {
  const auto row = connection.first(
      "SELECT account, region, name, alias, bucket, bucket_account, vpc, block, policy, tags, "
      "created FROM objects_point WHERE alias = ?",
      alias);
  return row ? std::optional(to_point(connection, *row)) : std::nullopt;
}

void insert_point(Connection& connection, const AccessPoint& point) {
  connection.run(
      "INSERT INTO objects_point (account, region, name, alias, bucket, bucket_account, vpc, "
      "block, policy, tags, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      point.name.account, point.name.region, point.name.name, point.alias, point.bucket,
      point.bucket_account, point.vpc, to_text(point.block), point.policy, to_text(point.tags),
      to_cell(point.created));
}

void set_point(Connection& connection, const AccessPoint& point) {
  connection.run(
      "UPDATE objects_point SET policy = ?, tags = ? WHERE account = ? AND name = ? AND region = ?",
      point.policy, to_text(point.tags), point.name.account, point.name.name, point.name.region);
}

void delete_point(Connection& connection, const PointName& name) {
  connection.run("DELETE FROM objects_point WHERE account = ? AND name = ? AND region = ?",
                 name.account, name.name, name.region);
}

std::vector<AccessPoint> list_points(Connection& connection, const PointQuery& query) {
  std::vector<AccessPoint> found;
  for (const Row& row : connection.query(
           "SELECT account, region, name, alias, bucket, bucket_account, vpc, block, policy, tags, "
           "created FROM objects_point WHERE account = ?1 AND region = ?2 AND name > ?3 AND "
           "(?4 = '' OR bucket = ?4) ORDER BY name LIMIT ?5",
           query.account, query.region, query.after, query.bucket, query.limit)) {
    found.push_back(to_point(connection, row));
  }
  return found;
}

std::int64_t count_points(Connection& connection, std::string_view account,
                          std::string_view region) {
  const auto row = connection.first(
      "SELECT points FROM objects_point_count WHERE account = ? AND region = ?", account, region);
  return row ? (*row)[0].integer() : 0;
}

bool has_points(Connection& connection, std::string_view account, std::string_view bucket) {
  return connection
      .first("SELECT 1 FROM objects_point WHERE bucket = ? AND account = ? LIMIT 1", bucket,
             account)
      .has_value();
}

bool has_point_host(Connection& connection, std::string_view name) {
  const auto point = parse_point_host(name);
  return point && connection
                      .first("SELECT 1 FROM objects_point WHERE account = ? AND name = ? LIMIT 1",
                             point->account, point->name)
                      .has_value();
}

std::string account_setting(Connection& connection, std::string_view account,
                            std::string_view kind) {
  const auto row = connection.first(
      "SELECT document FROM objects_account_setting WHERE account = ? AND kind = ?", account, kind);
  return row ? (*row)[0].text() : std::string();
}

void set_account_setting(Connection& connection, std::string_view account, std::string_view kind,
                         std::string_view document) {
  if (document.empty()) {
    connection.run("DELETE FROM objects_account_setting WHERE account = ? AND kind = ?", account,
                   kind);
  } else {
    connection.run(
        "INSERT OR REPLACE INTO objects_account_setting (account, kind, document) VALUES (?, ?, ?)",
        account, kind, document);
  }
}

void empty_points(Connection& connection, std::string_view account) {
  connection.run("DELETE FROM objects_point WHERE account = ?", account);
  connection.run("DELETE FROM objects_point_count WHERE account = ?", account);
  connection.run("DELETE FROM objects_account_setting WHERE account = ?", account);
}

}  // namespace millrace::objects::rows
