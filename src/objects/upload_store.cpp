// The statements on multipart uploads and their parts.
#include "objects/store.hpp"
#include "objects/store_cells.hpp"

namespace millrace::objects::rows {

namespace {

Upload to_upload(const Row& row) {
  Upload upload;
  upload.id = row[0].text();
  upload.bucket = row[1].text();
  upload.key = row[2].text();
  upload.initiator = row[3].text();
  upload.initiated = to_time(row[4]);
  upload.options.content_type = row[5].text();
  upload.options.system = to_attributes(row[6].text());
  upload.options.user = to_attributes(row[7].text());
  upload.options.tags = to_attributes(row[8].text());
  upload.checksum_algorithm = row[9].text();
  upload.checksum_type = row[10].text();
  upload.options.traits = to_traits(row[11].text());
  return upload;
}

}  // namespace

void insert_upload(Connection& connection, const Upload& upload) {
  connection.run(
      "INSERT INTO objects_upload (id, bucket, key, initiator, initiated, content_type, system, "
      "user, tags, checksum_algorithm, checksum_type, traits) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?, ?, ?)",
      upload.id, upload.bucket, upload.key, upload.initiator, to_cell(upload.initiated),
      upload.options.content_type, to_text(upload.options.system), to_text(upload.options.user),
      to_text(upload.options.tags), upload.checksum_algorithm, upload.checksum_type,
      to_text(upload.options.traits));
}

std::optional<Upload> find_upload(Connection& connection, std::string_view id) {
  const auto row = connection.first(
      "SELECT id, bucket, key, initiator, initiated, content_type, system, user, tags, "
      "checksum_algorithm, checksum_type, traits FROM objects_upload WHERE id = ?",
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
      "checksum_algorithm, checksum_type, traits FROM objects_upload WHERE bucket = ? AND (key, "
      "id) > (?, "
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
                     .checksums = to_attributes(row[4].text()),
                     .blob = {row[5].text()}});
  }
  return parts;
}

}  // namespace millrace::objects::rows
