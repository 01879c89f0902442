// The tables, and the statements on buckets and their settings. Keys compare byte by byte, as S3
// orders them.
#include "objects/store.hpp"

#include "objects/openness.hpp"
#include "objects/store_cells.hpp"

#include <array>

namespace millrace::objects::rows {

namespace {

constexpr std::array<std::string_view, 3> schema_steps = {R"(
CREATE TABLE objects_bucket (
  name TEXT PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, created INTEGER NOT NULL,
  tags TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX objects_bucket_by_account ON objects_bucket (account, name);
CREATE TABLE objects_object (
  id INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, key TEXT NOT NULL, size INTEGER NOT NULL,
  etag TEXT NOT NULL, modified INTEGER NOT NULL, content_type TEXT NOT NULL,
  checksums TEXT NOT NULL, checksum_type TEXT NOT NULL, system TEXT NOT NULL, user TEXT NOT NULL,
  tags TEXT NOT NULL, blob TEXT NOT NULL, parts INTEGER NOT NULL);
CREATE UNIQUE INDEX objects_object_by_key ON objects_object (bucket, key);
CREATE TABLE objects_piece (
  object INTEGER NOT NULL, number INTEGER NOT NULL, blob TEXT NOT NULL, start INTEGER NOT NULL,
  size INTEGER NOT NULL, checksums TEXT NOT NULL, PRIMARY KEY (object, number)) WITHOUT ROWID;
CREATE TABLE objects_upload (
  id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, initiator TEXT NOT NULL,
  initiated INTEGER NOT NULL, content_type TEXT NOT NULL, system TEXT NOT NULL, user TEXT NOT NULL,
  tags TEXT NOT NULL, checksum_algorithm TEXT NOT NULL, checksum_type TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX objects_upload_by_key ON objects_upload (bucket, key, id);
CREATE TABLE objects_part (
  upload TEXT NOT NULL, number INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
  modified INTEGER NOT NULL, checksums TEXT NOT NULL, blob TEXT NOT NULL,
  PRIMARY KEY (upload, number)) WITHOUT ROWID;
)",
                                                          R"(
CREATE TABLE objects_setting (
  bucket TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, document TEXT NOT NULL,
  PRIMARY KEY (bucket, kind, id)) WITHOUT ROWID;
ALTER TABLE objects_object ADD COLUMN version TEXT NOT NULL DEFAULT '';
ALTER TABLE objects_object ADD COLUMN traits TEXT NOT NULL DEFAULT '';
ALTER TABLE objects_object ADD COLUMN marker INTEGER NOT NULL DEFAULT 0;
ALTER TABLE objects_object ADD COLUMN shown INTEGER NOT NULL DEFAULT 1;
ALTER TABLE objects_upload ADD COLUMN traits TEXT NOT NULL DEFAULT '';
DROP INDEX objects_object_by_key;
CREATE UNIQUE INDEX objects_object_shown ON objects_object (bucket, key) WHERE shown = 1;
CREATE INDEX objects_object_hidden ON objects_object (bucket, key, id DESC) WHERE shown = 0;
CREATE UNIQUE INDEX objects_object_named ON objects_object (bucket, key, version)
  WHERE version <> '';
CREATE UNIQUE INDEX objects_object_null ON objects_object (bucket, key)
  WHERE shown = 0 AND version = '';
)",
                                                          R"(
CREATE TABLE objects_feed (
  position INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, bucket TEXT NOT NULL,
  key TEXT NOT NULL, version TEXT NOT NULL, object INTEGER NOT NULL, event INTEGER NOT NULL,
  cause INTEGER NOT NULL);
CREATE TABLE objects_feed_reader (
  name TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
)"};

// Those without an id, as a bucket carries them, with its account's block and, where they take part
// in decisions, its tags.
std::shared_ptr<const Settings> settings_of(Connection& connection, const Bucket& bucket,
                                            const std::string& tags) {
  auto settings = std::make_shared<Settings>();
  for (const Row& row : connection.query(
           "SELECT kind, document FROM objects_setting WHERE bucket = ?1 AND id = '' UNION ALL "
           "SELECT ?2, document FROM objects_account_setting WHERE account = ?3 AND kind = ?4",
           bucket.name, account_public_access_setting, bucket.account, public_access_setting)) {
    settings->emplace(row[0].text(), row[1].text());
  }
  if (settings->contains(abac_setting)) settings->emplace(tags_setting, tags);
  return settings;
}

Bucket to_bucket(const Row& row) {
  return {.name = row[0].text(),
          .account = row[1].text(),
          .region = row[2].text(),
          .created = to_time(row[3])};
}

}  // namespace

void declare(store::Database& database) {
  database.declare({.name = "objects", .steps = schema_steps});
}

std::optional<Bucket> find_bucket(Connection& connection, std::string_view name) {
  const auto row = connection.first(
      "SELECT name, account, region, created, tags FROM objects_bucket WHERE name = ?", name);
  if (!row) return std::nullopt;
  Bucket bucket = to_bucket(*row);
  bucket.settings = settings_of(connection, bucket, (*row)[4].text());
  return bucket;
}

void insert_bucket(Connection& connection, const Bucket& bucket, const Attributes& tags) {
  connection.run(
      "INSERT INTO objects_bucket (name, account, region, created, tags) VALUES (?, ?, ?, ?, ?)",
      bucket.name, bucket.account, bucket.region, to_cell(bucket.created), to_text(tags));
  if (!bucket.settings) return;
  for (const auto& [kind, document] : *bucket.settings) {
    set_setting(connection, {.bucket = bucket.name, .kind = kind, .id = {}}, document);
  }
}

void delete_bucket(Connection& connection, std::string_view name) {
  connection.run("DELETE FROM objects_bucket WHERE name = ?", name);
  connection.run("DELETE FROM objects_setting WHERE bucket = ?", name);
}

std::vector<std::string> buckets_with(Connection& connection, std::string_view kind) {
  return first_column(
      connection.query("SELECT DISTINCT bucket FROM objects_setting WHERE kind = ?", kind));
}

std::int64_t count_buckets(Connection& connection, std::string_view account) {
  return connection.query("SELECT count(*) FROM objects_bucket WHERE account = ?", account)
      .front()[0]
      .integer();
}

std::vector<Bucket> list_buckets(Connection& connection, const BucketQuery& query) {
  std::vector<Bucket> found;
  for (const Row& row : connection.query(
           "SELECT name, account, region, created FROM objects_bucket WHERE account = ? AND name > "
           "? AND substr(name, 1, length(?3)) = ?3 AND (?4 = '' OR region = ?4) ORDER BY name "
           "LIMIT ?5",
           query.account, query.after, query.prefix, query.region, query.limit)) {
    found.push_back(to_bucket(row));
  }
  return found;
}

Attributes bucket_tags(Connection& connection, std::string_view name) {
  const auto row = connection.first("SELECT tags FROM objects_bucket WHERE name = ?", name);
  return row ? to_attributes((*row)[0].text()) : Attributes();
}

void set_bucket_tags(Connection& connection, std::string_view name, const Attributes& tags) {
  connection.run("UPDATE objects_bucket SET tags = ? WHERE name = ?", to_text(tags), name);
}

std::optional<std::string> setting(Connection& connection, const SettingName& name) {
  const auto row = connection.first(
      "SELECT document FROM objects_setting WHERE bucket = ? AND kind = ? AND id = ?", name.bucket,
      name.kind, name.id);
  if (!row) return std::nullopt;
  return (*row)[0].text();
}

void set_setting(Connection& connection, const SettingName& name, std::string_view document) {
  if (document.empty()) {
    connection.run("DELETE FROM objects_setting WHERE bucket = ? AND kind = ? AND id = ?",
                   name.bucket, name.kind, name.id);
  } else {
    connection.run(
        "INSERT OR REPLACE INTO objects_setting (bucket, kind, id, document) VALUES (?, ?, ?, ?)",
        name.bucket, name.kind, name.id, document);
  }
}

std::vector<NamedSetting> settings(Connection& connection, const SettingName& after,
                                   std::int64_t limit) {
  std::vector<NamedSetting> found;
  for (const Row& row : connection.query(
           "SELECT id, document FROM objects_setting WHERE bucket = ? AND kind = ? AND id > ? "
           "ORDER BY id LIMIT ?",
           after.bucket, after.kind, after.id, limit)) {
    found.push_back({.id = row[0].text(), .document = row[1].text()});
  }
  return found;
}

}  // namespace millrace::objects::rows
