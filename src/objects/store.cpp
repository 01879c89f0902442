// Every SQL statement of the engine. Keys compare byte by byte, as S3 orders them.
#include "objects/store.hpp"

#include "base/json.hpp"

#include <array>

namespace millrace::objects::rows {

namespace {

using store::Cell;
using store::Row;

constexpr std::array<std::string_view, 1> schema_steps = {R"(
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
)"};

std::string to_text(const Attributes& attributes) {
  if (attributes.empty()) return {};
  base::Map map;
  for (const auto& [name, value] : attributes) map.set(name, value);
  return base::write_json(map);
}

Attributes from_text(const std::string& text) {
  Attributes found;
  if (text.empty()) return found;
  const base::Value value = base::parse_json(text);
  for (const auto& [name, member] : value.map()) found.emplace_back(name, member.text());
  return found;
}

std::int64_t to_cell(base::Timestamp time) { return time.time_since_epoch().count(); }
std::int64_t to_cell(std::uint64_t size) { return static_cast<std::int64_t>(size); }
base::Timestamp to_time(const Cell& cell) {
  return base::Timestamp(base::Milliseconds(cell.integer()));
}
std::uint64_t to_size(const Cell& cell) { return static_cast<std::uint64_t>(cell.integer()); }

Bucket to_bucket(const Row& row) {
  return {.name = row[0].text(),
          .account = row[1].text(),
          .region = row[2].text(),
          .created = to_time(row[3])};
}

// From the columns that each statement on objects_object begins with.
ObjectInfo to_info(const Row& row) {
  ObjectInfo info;
  info.bucket = row[0].text();
  info.key = row[1].text();
  info.size = to_size(row[2]);
  info.etag = row[3].text();
  info.modified = to_time(row[4]);
  info.content_type = row[5].text();
  info.checksums = from_text(row[6].text());
  info.checksum_type = row[7].text();
  return info;
}

StoredPart to_stored_part(const Row& row) {
  return {.number = static_cast<int>(row[0].integer()),
          .range = ByteRange{.offset = to_size(row[1]), .length = to_size(row[2])},
          .checksums = from_text(row[3].text())};
}

Upload to_upload(const Row& row) {
  Upload upload;
  upload.id = row[0].text();
  upload.bucket = row[1].text();
  upload.key = row[2].text();
  upload.initiator = row[3].text();
  upload.initiated = to_time(row[4]);
  upload.options.content_type = row[5].text();
  upload.options.system = from_text(row[6].text());
  upload.options.user = from_text(row[7].text());
  upload.options.tags = from_text(row[8].text());
  upload.checksum_algorithm = row[9].text();
  upload.checksum_type = row[10].text();
  return upload;
}

std::vector<std::string> first_column(const std::vector<Row>& found) {
  std::vector<std::string> texts;
  texts.reserve(found.size());
  for (const Row& row : found) texts.push_back(row[0].text());
  return texts;
}

}  // namespace

void declare(store::Database& database) {
  database.declare({.name = "objects", .steps = schema_steps});
}

std::optional<Bucket> find_bucket(Connection& connection, std::string_view name) {
  const auto row = connection.first(
      "SELECT name, account, region, created FROM objects_bucket WHERE name = ?", name);
  if (!row) return std::nullopt;
  return to_bucket(*row);
}

void insert_bucket(Connection& connection, const Bucket& bucket, const Attributes& tags) {
  connection.run(
      "INSERT INTO objects_bucket (name, account, region, created, tags) VALUES (?, ?, ?, ?, ?)",
      bucket.name, bucket.account, bucket.region, to_cell(bucket.created), to_text(tags));
}

void delete_bucket(Connection& connection, std::string_view name) {
  connection.run("DELETE FROM objects_bucket WHERE name = ?", name);
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
  return row ? from_text((*row)[0].text()) : Attributes();
}

void set_bucket_tags(Connection& connection, std::string_view name, const Attributes& tags) {
  connection.run("UPDATE objects_bucket SET tags = ? WHERE name = ?", to_text(tags), name);
}

bool has_objects(Connection& connection, std::string_view bucket) {
  return connection.first("SELECT 1 FROM objects_object WHERE bucket = ? LIMIT 1", bucket)
      .has_value();
}

std::vector<std::int64_t> object_ids(Connection& connection, std::string_view bucket,
                                     std::int64_t limit) {
  std::vector<std::int64_t> ids;
  for (const Row& row :
       connection.query("SELECT id FROM objects_object WHERE bucket = ? LIMIT ?", bucket, limit)) {
    ids.push_back(row[0].integer());
  }
  return ids;
}

std::optional<StoredObject> find_object(Connection& connection, std::string_view bucket,
                                        std::string_view key) {
  const auto row = connection.first(
      "SELECT bucket, key, size, etag, modified, content_type, checksums, checksum_type, system, "
      "user, tags, blob, parts, id FROM objects_object WHERE bucket = ? AND key = ?",
      bucket, key);
  if (!row) return std::nullopt;
  StoredObject object;
  object.detail.info = to_info(*row);
  object.detail.info.system = from_text((*row)[8].text());
  object.detail.info.user = from_text((*row)[9].text());
  object.detail.info.tags = from_text((*row)[10].text());
  object.blob = (*row)[11].text();
  object.detail.parts = (*row)[12].integer();
  object.id = (*row)[13].integer();
  return object;
}

std::vector<StoredPiece> pieces_in(Connection& connection, std::int64_t object,
                                   const ByteRange& range) {
  std::vector<StoredPiece> pieces;
  for (const Row& row : connection.query(
           "SELECT blob, start, size FROM objects_piece WHERE object = ? AND start < ? AND start + "
           "size > ? ORDER BY number",
           object, to_cell(range.offset + range.length), to_cell(range.offset))) {
    pieces.push_back({.blob = row[0].text(),
                      .range = ByteRange{.offset = to_size(row[1]), .length = to_size(row[2])}});
  }
  return pieces;
}

std::optional<StoredPart> find_part(Connection& connection, std::int64_t object, int number) {
  const auto row = connection.first(
      "SELECT number, start, size, checksums FROM objects_piece WHERE object = ? AND number = ?",
      object, number);
  if (!row) return std::nullopt;
  return to_stored_part(*row);
}

std::vector<StoredPart> object_parts(Connection& connection, std::int64_t object,
                                     const PartQuery& query) {
  std::vector<StoredPart> parts;
  for (const Row& row : connection.query(
           "SELECT number, start, size, checksums FROM objects_piece WHERE object = ? AND number > "
           "? ORDER BY number LIMIT ?",
           object, query.after, query.limit)) {
    parts.push_back(to_stored_part(row));
  }
  return parts;
}

std::int64_t insert_object(Connection& connection, const StoredObject& object) {
  const ObjectInfo& info = object.detail.info;
  return connection
      .query(
          "INSERT INTO objects_object (bucket, key, size, etag, modified, content_type, checksums, "
          "checksum_type, system, user, tags, blob, parts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
          "?, ?, ?) RETURNING id",
          info.bucket, info.key, to_cell(info.size), info.etag, to_cell(info.modified),
          info.content_type, to_text(info.checksums), info.checksum_type, to_text(info.system),
          to_text(info.user), to_text(info.tags), object.blob, object.detail.parts)
      .front()[0]
      .integer();
}

void insert_piece(Connection& connection, std::int64_t object, const Part& part,
                  std::uint64_t offset) {
  connection.run(
      "INSERT INTO objects_piece (object, number, blob, start, size, checksums) VALUES (?, ?, ?, "
      "?, ?, ?)",
      object, part.number, part.blob.text, to_cell(offset), to_cell(part.size),
      to_text(part.checksums));
}

std::vector<std::string> delete_object(Connection& connection, std::int64_t id) {
  auto blobs = first_column(
      connection.query("DELETE FROM objects_piece WHERE object = ? RETURNING blob", id));
  for (std::string& blob : first_column(
           connection.query("DELETE FROM objects_object WHERE id = ? RETURNING blob", id))) {
    if (!blob.empty()) blobs.push_back(std::move(blob));
  }
  return blobs;
}

void set_object_tags(Connection& connection, std::int64_t id, const Attributes& tags) {
  connection.run("UPDATE objects_object SET tags = ? WHERE id = ?", to_text(tags), id);
}

void each_object(Connection& connection, std::string_view bucket, std::string_view from,
                 std::string_view until, const std::function<bool(const ObjectInfo&)>& each) {
  const Cell cells[] = {Cell(bucket), Cell(from), Cell(until)};
  const std::size_t bound = until.empty() ? 2 : 3;
  connection.each(until.empty()
                      ? "SELECT bucket, key, size, etag, modified, content_type, checksums, "
                        "checksum_type FROM objects_object WHERE bucket = ? AND key >= ? ORDER BY "
                        "key"
                      : "SELECT bucket, key, size, etag, modified, content_type, checksums, "
                        "checksum_type FROM objects_object WHERE bucket = ? AND key >= ? AND key < "
                        "? ORDER BY key",
                  std::span(cells, bound), [&](const Row& row) { return each(to_info(row)); });
}

void insert_upload(Connection& connection, const Upload& upload) {
  connection.run(
      "INSERT INTO objects_upload (id, bucket, key, initiator, initiated, content_type, system, "
      "user, tags, checksum_algorithm, checksum_type) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      upload.id, upload.bucket, upload.key, upload.initiator, to_cell(upload.initiated),
      upload.options.content_type, to_text(upload.options.system), to_text(upload.options.user),
      to_text(upload.options.tags), upload.checksum_algorithm, upload.checksum_type);
}

std::optional<Upload> find_upload(Connection& connection, std::string_view id) {
  const auto row = connection.first(
      "SELECT id, bucket, key, initiator, initiated, content_type, system, user, tags, "
      "checksum_algorithm, checksum_type FROM objects_upload WHERE id = ?",
      id);
  if (!row) return std::nullopt;
  return to_upload(*row);
}

void each_upload(Connection& connection, const UploadQuery& query,
                 const std::function<bool(const Upload&)>& each) {
  // After the last id of the marker's key when no id is given: ids are hexadecimal, below '~'.
  const std::string after = query.upload_after.empty() ? "~" : query.upload_after;
  const Cell cells[] = {Cell(query.bucket), Cell(query.key_after), Cell(after)};
  connection.each(
      "SELECT id, bucket, key, initiator, initiated, content_type, system, user, tags, "
      "checksum_algorithm, checksum_type FROM objects_upload WHERE bucket = ? AND (key, id) > (?, "
      "?) ORDER BY key, id",
      cells, [&](const Row& row) { return each(to_upload(row)); });
}

std::vector<std::string> delete_upload(Connection& connection, std::string_view id) {
  connection.run("DELETE FROM objects_upload WHERE id = ?", id);
  return first_column(
      connection.query("DELETE FROM objects_part WHERE upload = ? RETURNING blob", id));
}

std::vector<std::string> uploads_of(Connection& connection, std::string_view bucket) {
  return first_column(connection.query("SELECT id FROM objects_upload WHERE bucket = ?", bucket));
}

std::string replace_part(Connection& connection, std::string_view upload, const Part& part) {
  const auto former =
      connection.first("DELETE FROM objects_part WHERE upload = ? AND number = ? RETURNING blob",
                       upload, part.number);
  connection.run(
      "INSERT INTO objects_part (upload, number, size, etag, modified, checksums, blob) VALUES (?, "
      "?, ?, ?, ?, ?, ?)",
      upload, part.number, to_cell(part.size), part.etag, to_cell(part.modified),
      to_text(part.checksums), part.blob.text);
  return former ? (*former)[0].text() : std::string();
}

std::vector<Part> upload_parts(Connection& connection, std::string_view upload,
                               const PartQuery& query) {
  std::vector<Part> parts;
  for (const Row& row : connection.query(
           "SELECT number, size, etag, modified, checksums, blob FROM objects_part WHERE upload = "
           "? AND number > ? ORDER BY number LIMIT ?",
           upload, query.after, query.limit)) {
    parts.push_back({.number = static_cast<int>(row[0].integer()),
                     .size = to_size(row[1]),
                     .etag = row[2].text(),
                     .modified = to_time(row[3]),
                     .checksums = from_text(row[4].text()),
                     .blob = {row[5].text()}});
  }
  return parts;
}

}  // namespace millrace::objects::rows
