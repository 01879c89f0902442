#include "store/quarantine.hpp"

#include "store/blob_format.hpp"
#include "store/examination.hpp"
#include "store/vfs.hpp"

#include <variant>

namespace millrace::store {

Quarantine::Quarantine(base::Files& files, Database& database, std::string folder)
    : files_(files), database_(database), folder_(std::move(folder)) {
  const auto rows = database_.read(
      [](Connection& connection) { return connection.query("SELECT name FROM blob_damaged"); });
  for (const Row& row : rows) damaged_.insert(row[0].text());
  has_any_ = !damaged_.empty();
  for (const Row& row : rows) move({.text = row[0].text()});
}

bool Quarantine::has(const BlobId& id) {
  if (!has_any_) return false;
  const std::lock_guard guard(mutex_);
  return damaged_.contains(std::string(place_text(id.text)));
}

// As the rows have it: what was erased since is no damage any more.
std::vector<Damage> Quarantine::list() {
  std::vector<Damage> all;
  if (!has_any_) return all;
  const auto rows = database_.read([](Connection& connection) {
    return connection.query("SELECT name, what FROM blob_damaged");
  });
  const std::lock_guard guard(mutex_);
  for (const Row& row : rows) {
    if (moving_.contains(row[0].text())) continue;
    all.push_back({.id = BlobId{row[0].text()}, .what = row[1].text()});
  }
  return all;
}

Quarantine::Moving::Moving(Quarantine& quarantine, std::string id)
    : quarantine_(quarantine), id_(std::move(id)) {
  const std::lock_guard guard(quarantine_.mutex_);
  quarantine_.moving_.insert(id_);
}

Quarantine::Moving::~Moving() {
  const std::lock_guard guard(quarantine_.mutex_);
  quarantine_.moving_.erase(id_);
}

// The row first: whatever becomes of the bytes, nobody gets them. Who hears of it finds them aside.
void Quarantine::add(const BlobId& named, const std::string& what) {
  const BlobId id{std::string(place_text(named.text))};
  const Moving moving(*this, id.text);
  database_.write([&](Connection& connection) {
    connection.run("INSERT OR REPLACE INTO blob_damaged (name, what) VALUES (?, ?)", id.text, what);
  });
  {
    const std::lock_guard guard(mutex_);
    damaged_.insert(id.text);
    has_any_ = true;
  }
  move(id);
}

void Quarantine::forget(Connection& connection, const BlobId& id) {
  if (!has(id)) return;
  connection.run("DELETE FROM blob_damaged WHERE name = ?", place_text(id.text));
}

// A disk that fails here is tried again at the next start.
void Quarantine::move(const BlobId& id) noexcept {
  try {
    move_bytes(id);
  } catch (const std::exception&) {
    return;
  }
}

void Quarantine::move_bytes(const BlobId& id) {
  const auto place = parse_place(id.text);
  const std::string aside = folder_ + "/" + std::string(quarantine_folder);
  const std::string to = aside + "/" + id.text;
  if (!place || files_.exists(to)) return;
  const std::string from = folder_ + "/" + path_of(*place);
  if (!files_.exists(from)) return;
  files_.make_folders(aside);
  files_.sync_folder(folder_);
  if (const auto* small = std::get_if<SmallPlace>(&*place)) {
    // Its segment has others' bodies too, so this is a copy.
    std::string entry(entry_header_size + small->length, '\0');
    entry.resize(
        files_.open(from, base::Open::read)->read_at(small->offset, entry.data(), entry.size()));
    base::replace_file(files_, to, entry);
    return;
  }
  files_.rename(from, to);
  files_.sync_folder(aside);
  files_.sync_folder(folder_of(from));
}

}  // namespace millrace::store
