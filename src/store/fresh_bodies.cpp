#include "store/fresh_bodies.hpp"

#include "base/hash.hpp"
#include "store/blob_tables.hpp"

#include <set>

namespace millrace::store {

namespace {

// A group with more of small bodies syncs their segment at once: recording them costs more.
constexpr std::uint64_t recorded_at_once = 256 * 1024;
// Recorded bytes after which the segment is synced and they are forgotten.
constexpr std::uint64_t recorded_in_all = 4 * 1024 * 1024;

std::int64_t cell_of(std::uint64_t number) { return static_cast<std::int64_t>(number); }

bool is_whole(const std::string& entry, const SmallPlace& place) {
  const auto header = parse_entry_header(entry, place);
  return header && header->length == place.length &&
         entry.size() == entry_header_size + place.length &&
         base::digest(base::HashKind::xxhash3, std::string_view(entry).substr(entry_header_size)) ==
             header->check;
}

}  // namespace

void FreshBodies::make_durable(Connection& connection) {
  if (segments_.unrecorded().empty()) return;
  if (segments_.unrecorded_bytes() > recorded_at_once ||
      segments_.unsynced_bytes() > recorded_in_all) {
    return sync(connection);
  }
  for (const Segments::Piece& piece : segments_.unrecorded()) {
    connection.run("INSERT INTO blob_fresh (segment, start, bytes) VALUES (?, ?, ?)",
                   std::int64_t{piece.segment}, cell_of(piece.offset), Cell::blob(piece.bytes));
  }
  has_recorded_ = true;
  has_forgotten_ = false;
}

void FreshBodies::sync(Connection& connection) {
  segments_.sync();
  if (has_recorded_) forget_fresh(connection);
  has_forgotten_ = true;
}

// A group that was undone leaves its bytes to the next: bodies of others are among them.
void FreshBodies::settle(bool is_durable) noexcept {
  if (is_durable) {
    segments_.recorded();
    if (has_forgotten_) has_recorded_ = false;
  }
  has_forgotten_ = false;
}

void forget_fresh(Connection& connection) { connection.run("DELETE FROM blob_fresh"); }

void forget_fresh(Connection& connection, std::uint32_t segment) {
  connection.run("DELETE FROM blob_fresh WHERE segment = ?", std::int64_t{segment});
}

void write_fresh(base::Files& files, Database& database, const std::string& folder) {
  std::set<std::uint32_t> written;
  database.read([&](Connection& connection) {
    std::unique_ptr<base::File> file;
    std::uint32_t open = 0;
    connection.each("SELECT segment, start, bytes FROM blob_fresh ORDER BY segment, id", {},
                    [&](const Row& row) {
                      const auto segment = static_cast<std::uint32_t>(row[0].integer());
                      if (written.empty()) files.make_folders(folder);
                      if (!file || open != segment) {
                        if (file) file->sync();
                        file = files.open(folder + "/" + segment_name(segment), base::Open::write);
                        open = segment;
                        written.insert(segment);
                      }
                      file->write_at(static_cast<std::uint64_t>(row[1].integer()), row[2].text());
                      return true;
                    });
    if (file) file->sync();
  });
  if (written.empty()) return;
  files.sync_folder(folder);
  database.write([](Connection& connection) { forget_fresh(connection); });
}

std::optional<std::string> fresh_entry(Connection& connection, const SmallPlace& place) {
  if (!has_table(connection, "blob_fresh")) return std::nullopt;
  const auto size = cell_of(entry_header_size + place.length);
  for (const Row& row : connection.query(
           "SELECT substr(bytes, ?2 - start + 1, ?3) FROM blob_fresh WHERE segment = ?1 AND start "
           "<= ?2 AND start + length(bytes) >= ?2 + ?3",
           std::int64_t{place.segment}, cell_of(place.offset), size)) {
    if (is_whole(row[0].text(), place)) return row[0].text();
  }
  return std::nullopt;
}

}  // namespace millrace::store
