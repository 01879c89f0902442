// The statements on versions of objects and their pieces. A version is a row; of a key's rows the
// one with the greatest id is the newest, and it is `shown` unless it is a delete marker.
#include "objects/store.hpp"
#include "objects/store_cells.hpp"

namespace millrace::objects::rows {

namespace {

// What each statement on versions begins with, as to_version reads it.
const std::string& listed_columns() {
  static const std::string columns =
      "id, bucket, key, size, etag, modified, content_type, checksums, checksum_type, version, "
      "traits, marker, shown, tags";
  return columns;
}

// And then, as to_whole_version reads it.
const std::string& all_columns() {
  static const std::string columns = listed_columns() + ", system, user, blob, parts";
  return columns;
}

StoredObject to_version(const Row& row) {
  StoredObject object;
  object.id = row[0].integer();
  ObjectInfo& info = object.detail.info;
  info.bucket = row[1].text();
  info.key = row[2].text();
  info.size = to_size(row[3]);
  info.etag = row[4].text();
  info.modified = to_time(row[5]);
  info.content_type = row[6].text();
  info.checksums = to_attributes(row[7].text());
  info.checksum_type = row[8].text();
  info.version = row[9].text();
  info.traits = to_traits(row[10].text());
  object.marker = row[11].integer() != 0;
  object.shown = row[12].integer() != 0;
  info.tags = to_attributes(row[13].text());
  return object;
}

std::optional<StoredObject> to_whole_version(const std::optional<Row>& found) {
  if (!found) return std::nullopt;
  const Row& row = *found;
  StoredObject object = to_version(row);
  object.detail.info.system = to_attributes(row[14].text());
  object.detail.info.user = to_attributes(row[15].text());
  object.blob = row[16].text();
  object.detail.parts = row[17].integer();
  return object;
}

StoredPart to_stored_part(const Row& row) {
  return {.number = static_cast<int>(row[0].integer()),
          .range = ByteRange{.offset = to_size(row[1]), .length = to_size(row[2])},
          .checksums = to_attributes(row[3].text())};
}

}  // namespace

bool has_objects(Connection& connection, std::string_view bucket) {
  return connection
      .first(
          "SELECT 1 WHERE EXISTS (SELECT 1 FROM objects_object WHERE bucket = ?1 AND shown = 1) OR "
          "EXISTS (SELECT 1 FROM objects_object WHERE bucket = ?1 AND shown = 0)",
          bucket)
      .has_value();
}

std::vector<std::int64_t> object_ids(Connection& connection, std::string_view bucket,
                                     std::int64_t limit) {
  std::vector<std::int64_t> ids;
  for (const Row& row : connection.query(
           "SELECT id FROM objects_object WHERE bucket = ?1 AND shown = 1 UNION ALL SELECT id FROM "
           "objects_object WHERE bucket = ?1 AND shown = 0 LIMIT ?2",
           bucket, limit)) {
    ids.push_back(row[0].integer());
  }
  return ids;
}

std::optional<StoredObject> find_shown(Connection& connection, std::string_view bucket,
                                       std::string_view key) {
  static const std::string sql =
      "SELECT " + all_columns() + " FROM objects_object WHERE bucket = ? AND key = ? AND shown = 1";
  return to_whole_version(connection.first(sql, bucket, key));
}

std::optional<StoredObject> find_newest_hidden(Connection& connection, std::string_view bucket,
                                               std::string_view key) {
  static const std::string sql =
      "SELECT " + all_columns() +
      " FROM objects_object WHERE bucket = ? AND key = ? AND shown = 0 ORDER BY id DESC LIMIT 1";
  return to_whole_version(connection.first(sql, bucket, key));
}

std::optional<StoredObject> find_version(Connection& connection, std::string_view bucket,
                                         std::string_view key, std::string_view version) {
  static const std::string named =
      "SELECT " + all_columns() +
      " FROM objects_object WHERE bucket = ?1 AND key = ?2 AND version = ?3 AND version <> ''";
  static const std::string hidden_null =
      "SELECT " + all_columns() +
      " FROM objects_object WHERE bucket = ? AND key = ? AND shown = 0 AND version = ''";
  if (!version.empty()) return to_whole_version(connection.first(named, bucket, key, version));
  auto shown = find_shown(connection, bucket, key);
  if (shown && shown->detail.info.version.empty()) return shown;
  return to_whole_version(connection.first(hidden_null, bucket, key));
}

std::optional<StoredObject> find_row(Connection& connection, std::int64_t id) {
  static const std::string sql = "SELECT " + all_columns() + " FROM objects_object WHERE id = ?";
  return to_whole_version(connection.first(sql, id));
}

void set_shown(Connection& connection, std::int64_t id, bool shown) {
  connection.run("UPDATE objects_object SET shown = ? WHERE id = ?", shown, id);
}

std::int64_t insert_object(Connection& connection, const StoredObject& object) {
  const ObjectInfo& info = object.detail.info;
  connection.run(
      "INSERT INTO objects_object (bucket, key, size, etag, modified, content_type, checksums, "
      "checksum_type, system, user, tags, blob, parts, version, traits, marker, shown) VALUES "
      "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      info.bucket, info.key, to_cell(info.size), info.etag, to_cell(info.modified),
      info.content_type, to_text(info.checksums), info.checksum_type, to_text(info.system),
      to_text(info.user), to_text(info.tags), object.blob, object.detail.parts, info.version,
      to_text(info.traits), object.marker, object.shown);
  return connection.query("SELECT last_insert_rowid()").front()[0].integer();
}

// Looks before it deletes: for a RETURNING SQLite makes a table of its own, which takes longer.
std::vector<std::string> delete_object(Connection& connection, std::int64_t id) {
  std::vector<std::string> blobs;
  const auto row = connection.first("SELECT blob, parts FROM objects_object WHERE id = ?", id);
  if (!row) return blobs;
  if (!(*row)[0].text().empty()) blobs.push_back((*row)[0].text());
  if ((*row)[1].integer() > 0) {
    for (std::string& blob :
         first_column(connection.query("SELECT blob FROM objects_piece WHERE object = ?", id))) {
      blobs.push_back(std::move(blob));
    }
    connection.run("DELETE FROM objects_piece WHERE object = ?", id);
  }
  connection.run("DELETE FROM objects_object WHERE id = ?", id);
  return blobs;
}

void set_object_tags(Connection& connection, std::int64_t id, const Attributes& tags) {
  connection.run("UPDATE objects_object SET tags = ? WHERE id = ?", to_text(tags), id);
}

void set_object_traits(Connection& connection, std::int64_t id, const Traits& traits) {
  connection.run("UPDATE objects_object SET traits = ? WHERE id = ?", to_text(traits), id);
}

void each_object(Connection& connection, std::string_view bucket, std::string_view from,
                 std::string_view until, const std::function<bool(const ObjectInfo&)>& each) {
  static const std::string open = "SELECT " + listed_columns() +
                                  " FROM objects_object WHERE bucket = ? AND key >= ? AND shown = "
                                  "1 ORDER BY key";
  static const std::string bounded = "SELECT " + listed_columns() +
                                     " FROM objects_object WHERE bucket = ? AND key >= ? AND key < "
                                     "? AND shown = 1 ORDER BY key";
  const Cell cells[] = {Cell(bucket), Cell(from), Cell(until)};
  connection.each(until.empty() ? open : bounded, std::span(cells, until.empty() ? 2 : 3),
                  [&](const Row& row) { return each(to_version(row).detail.info); });
}

void each_version(Connection& connection, std::string_view bucket, const VersionPlace& from,
                  const std::function<bool(const StoredObject&)>& each) {
  static const std::string rest = "SELECT " + listed_columns() +
                                  " FROM objects_object WHERE bucket = ? AND key = ? AND id < ? "
                                  "AND shown = 0 ORDER BY id DESC";
  static const std::string part =
      "SELECT " + listed_columns() +
      " FROM objects_object WHERE bucket = ?1 AND key >= ?2 AND shown = ";
  // The two halves are merged as they come: each has an index in this order.
  static const std::string further = part + "1 UNION ALL " + part + "0 ORDER BY key, id DESC";
  bool goes_on = true;
  const auto take = [&](const Row& row) { return goes_on = each(to_version(row)); };
  std::string next = from.key;
  if (from.below_id) {
    const Cell cells[] = {Cell(bucket), Cell(from.key), Cell(*from.below_id)};
    connection.each(rest, cells, take);
    next += '\0';
  }
  if (!goes_on) return;
  const Cell cells[] = {Cell(bucket), Cell(next)};
  connection.each(further, cells, take);
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

std::vector<Part> object_bodies(Connection& connection, std::int64_t object) {
  std::vector<Part> bodies;
  for (const Row& row : connection.query(
           "SELECT number, size, checksums, blob FROM objects_piece WHERE object = ? ORDER BY "
           "number",
           object)) {
    bodies.push_back({.number = static_cast<int>(row[0].integer()),
                      .size = to_size(row[1]),
                      .etag = {},
                      .modified = {},
                      .checksums = to_attributes(row[2].text()),
                      .blob = {row[3].text()}});
  }
  return bodies;
}

void insert_piece(Connection& connection, std::int64_t object, const Part& part,
                  std::uint64_t offset) {
  connection.run(
      "INSERT INTO objects_piece (object, number, blob, start, size, checksums) VALUES (?, ?, ?, "
      "?, ?, ?)",
      object, part.number, part.blob.text, to_cell(offset), to_cell(part.size),
      to_text(part.checksums));
}

}  // namespace millrace::objects::rows
