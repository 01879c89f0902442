// Bodies: written through one writer, kept and erased by rows, removed when those rows are durable.
#include "store/blobs.hpp"

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "store/blob_files.hpp"
#include "store/blob_format.hpp"
#include "store/cared_blobs.hpp"
#include "store/fresh_bodies.hpp"
#include "store/quarantine.hpp"
#include "store/recent_bodies.hpp"
#include "store/segments.hpp"
#include "store/stored_blob.hpp"
#include "store/unchecked_reads.hpp"
#include "store/vfs.hpp"

#include <array>
#include <atomic>
#include <charconv>

namespace millrace::store {

namespace {

constexpr std::array<std::string_view, 3> steps = {R"sql(
  CREATE TABLE blob_reserved (name TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE blob_removed (name TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE blob_segments (
    segment INTEGER PRIMARY KEY, live INTEGER NOT NULL CHECK (live >= 0), dead_bytes INTEGER NOT NULL);
)sql",
                                                   R"sql(
  CREATE TABLE blob_damaged (name TEXT PRIMARY KEY, what TEXT NOT NULL) WITHOUT ROWID;
)sql",
                                                   fresh_table};
constexpr Schema schema = {.name = "blobs", .steps = steps};

// How `blob_removed` names a whole segment; a file of its own stands there under its blob's id.
constexpr std::string_view segment_prefix = "segment-";
constexpr std::size_t write_buffer_size = 64 * 1024;
constexpr std::size_t read_buffer_size = 256 * 1024;

BlobPlace place_of(const BlobId& id) {
  auto place = parse_place(id.text);
  if (!place) throw StoreError("not the id of a blob: " + id.text);
  return *place;
}

// A blob with the sum that was stored for it.
struct Opened {
  std::unique_ptr<Blob> blob;
  std::string check;
  base::HashKind kind;
  RecentBodies::Entry entry;  // of a small one
};

std::string bytes_at(const base::File& file, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  bytes.resize(file.read_at(offset, bytes.data(), size));
  return bytes;
}

class StoredBlobs final : public CaredBlobs, public GroupMember {
 public:
  StoredBlobs(base::Files& files, base::Random& random, Database& database,
              const std::string& folder, std::uint64_t full_segment)
      : database_(database),
        files_(files, random, folder + "/files"),
        segments_(files, folder + "/segments", first_segment(files, database, folder + "/segments"),
                  full_segment),
        quarantine_(files, database, folder) {
    files.make_folders(folder + "/files");
    files.make_folders(folder + "/segments");
    files.sync_folder(folder);
    files.sync_folder(folder_of(folder));
    recover();
    database_.join(*this);
  }
  StoredBlobs(const StoredBlobs&) = delete;
  StoredBlobs& operator=(const StoredBlobs&) = delete;
  ~StoredBlobs() override {
    forget_recorded();
    database_.leave(*this);
  }

  [[nodiscard]] std::unique_ptr<BlobWriter> create() override;
  void keep(Connection& connection, const BlobId& id) override;
  void discard(const BlobId& id) override;
  void erase(Connection& connection, const BlobId& id) override;
  [[nodiscard]] std::unique_ptr<Blob> open(const BlobId& id) override;
  [[nodiscard]] bool verify(const BlobId& id) override;
  [[nodiscard]] std::unique_ptr<Pin> pin() override { return std::make_unique<Hold>(pins_); }
  [[nodiscard]] UncheckedReads& unchecked() override { return unchecked_; }
  void set_aside(const BlobId& id, const std::string& what) override { quarantine_.add(id, what); }
  [[nodiscard]] std::vector<Damage> damage() override { return quarantine_.list(); }
  [[nodiscard]] std::vector<std::uint32_t> sparse_segments(std::uint64_t dead_bytes) override;

  void prepare(Connection& connection) override;
  void settle(bool is_durable) noexcept override;

  // For the writers of bodies.
  [[nodiscard]] Segments& segments() { return segments_; }
  [[nodiscard]] BlobFiles& files() { return files_; }
  [[nodiscard]] std::string reserved_name();
  void drop(const std::string& name) noexcept;

 private:
  struct Hold final : Pin {
    explicit Hold(std::atomic<int>& pins) : count(pins) { ++count; }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    ~Hold() override { --count; }
    std::atomic<int>& count;
  };

  [[nodiscard]] static std::uint32_t first_segment(base::Files& files, Database& database,
                                                   const std::string& folder);
  void forget_recorded() noexcept;
  void recover();
  void remove_by_name(const std::string& name);
  [[nodiscard]] bool is_gone(const std::string& name) noexcept;
  [[nodiscard]] bool is_removed(const std::string& name) noexcept;
  [[nodiscard]] Opened opened(const BlobPlace& place);
  [[noreturn]] void refuse(const BlobPlace& place);
  void keep_small(Connection& connection, const SmallPlace& place);
  void find_removable(Connection& connection);

  Database& database_;
  BlobFiles files_;
  Segments segments_;
  FreshBodies fresh_{segments_};
  Quarantine quarantine_;
  UncheckedReads unchecked_;
  RecentBodies recent_;
  std::atomic<int> pins_ = 0;
  // Used by the writer's thread alone, for the group that is being made.
  std::vector<SmallPlace> kept_;
  std::vector<std::string> reserved_;
  std::vector<std::string> removed_;  // rows of `blob_removed` whose files go after the commit
  std::vector<std::string> cleared_;  // rows of `blob_removed` whose files are gone
  bool has_erased_ = false;
  bool has_waited_ = false;  // something, for a pin
};

class BodyWriter final : public BlobWriter {
 public:
  explicit BodyWriter(StoredBlobs& blobs) : blobs_(blobs) {}
  BodyWriter(const BodyWriter&) = delete;
  BodyWriter& operator=(const BodyWriter&) = delete;
  ~BodyWriter() override {
    if (file_ == nullptr || is_finished_) return;
    file_.reset();
    blobs_.drop(name_);
  }

  void write(std::string_view bytes) override {
    MILLRACE_ASSERT(!is_finished_);
    size_ += bytes.size();
    if (file_ == nullptr && size_ > small_blob_limit) on_disk([&] { begin_file(); });
    if (buffer_.size() + bytes.size() > write_buffer_size) on_disk([&] { empty_buffer(); });
    if (bytes.size() > write_buffer_size) {
      on_disk([&] { write_out(bytes); });
    } else {
      buffer_ += bytes;
    }
  }

  BlobId finish() override {
    MILLRACE_ASSERT(!is_finished_);
    const BlobPlace place = file_ == nullptr ? BlobPlace(blobs_.segments().append(buffer_))
                                             : on_disk([&] { return finish_file(); });
    is_finished_ = true;
    buffer_ = {};
    return {.text = to_text(place)};
  }

  [[nodiscard]] std::uint64_t size() const override { return size_; }

 private:
  void begin_file() {
    name_ = blobs_.reserved_name();
    file_ = blobs_.files().create(name_);
  }

  void write_out(std::string_view bytes) {
    if (bytes.empty()) return;
    hash_.update(bytes);
    file_->write_at(file_header_size + written_, bytes);
    written_ += bytes.size();
  }

  void empty_buffer() {
    write_out(buffer_);
    buffer_.clear();
  }

  BlobPlace finish_file() {
    empty_buffer();
    file_->write_at(0, write_header(FileHeader{.length = size_, .check = hash_.finish()}, name_));
    const std::uint64_t end = file_header_size + size_;
    if (file_->size() > end) file_->truncate(end);
    file_->sync();
    blobs_.files().written(name_, end);
    return LargePlace{.name = name_};
  }

  StoredBlobs& blobs_;
  base::Hash hash_{base::HashKind::xxhash128};
  std::string buffer_;
  std::string name_;
  std::unique_ptr<base::File> file_;
  std::uint64_t written_ = 0;
  std::uint64_t size_ = 0;
  bool is_finished_ = false;
};

std::unique_ptr<BlobWriter> StoredBlobs::create() { return std::make_unique<BodyWriter>(*this); }

void StoredBlobs::keep(Connection& connection, const BlobId& id) {
  const BlobPlace place = place_of(id);
  if (const auto* large = std::get_if<LargePlace>(&place)) {
    files_.keep(connection, large->name);
  } else {
    keep_small(connection, std::get<SmallPlace>(place));
  }
}

void StoredBlobs::keep_small(Connection& connection, const SmallPlace& place) {
  if (!segments_.is_in_flight(place)) {
    throw StoreError("the blob " + to_text(place) + " is not in flight");
  }
  connection.run(
      "INSERT INTO blob_segments (segment, live, dead_bytes) VALUES (?, 1, 0) "
      "ON CONFLICT (segment) DO UPDATE SET live = live + 1",
      static_cast<std::int64_t>(place.segment));
  kept_.push_back(place);
}

void StoredBlobs::discard(const BlobId& id) {
  // Whether the row is durable after all, only the next start can tell.
  if (database_.failed()) return;
  const BlobPlace place = place_of(id);
  if (const auto* large = std::get_if<LargePlace>(&place)) {
    drop(large->name);
  } else {
    segments_.settled(std::get<SmallPlace>(place));
  }
}

void StoredBlobs::erase(Connection& connection, const BlobId& id) {
  const BlobPlace place = place_of(id);
  if (const auto* small = std::get_if<SmallPlace>(&place)) {
    const auto changed = connection.run(
        "UPDATE blob_segments SET live = live - 1, dead_bytes = dead_bytes + ? WHERE segment = ?",
        static_cast<std::int64_t>(small->length), static_cast<std::int64_t>(small->segment));
    if (changed != 1) throw StoreError("the blob " + id.text + " was erased before");
  } else {
    connection.run("INSERT INTO blob_removed (name) VALUES (?)", to_text(place));
  }
  quarantine_.forget(connection, id);
  has_erased_ = true;
}

Opened StoredBlobs::opened(const BlobPlace& place) {
  if (const auto* large = std::get_if<LargePlace>(&place)) {
    auto file = files_.open(large->name);
    const auto header = parse_file_header(bytes_at(*file, 0, file_header_used), large->name);
    if (!header) refuse(place);
    return {.blob = std::make_unique<StoredBlob>(std::move(file), BlobId{to_text(place)}, *header,
                                                 unchecked_),
            .check = header->check,
            .kind = base::HashKind::xxhash128,
            .entry = nullptr};
  }
  const auto& small = std::get<SmallPlace>(place);
  auto segment = segments_.open(small.segment);
  auto entry = std::make_shared<const std::string>(
      bytes_at(*segment, small.offset, entry_header_size + small.length));
  const auto header = parse_entry_header(*entry, small);
  if (!header || header->length != small.length ||
      entry->size() != entry_header_size + small.length) {
    refuse(place);
  }
  return {.blob = std::make_unique<HeldBlob>(std::move(segment), small.offset, entry),
          .check = header->check,
          .kind = base::HashKind::xxhash3,
          .entry = entry};
}

void StoredBlobs::refuse(const BlobPlace& place) {
  unchecked_.doubt({.text = to_text(place)});
  throw DamagedBlob("the blob " + to_text(place) + " is damaged");
}

std::unique_ptr<Blob> StoredBlobs::open(const BlobId& id) {
  const BlobPlace place = place_of(id);
  if (quarantine_.has(id)) throw DamagedBlob("the blob " + id.text + " was found damaged");
  const auto* small = std::get_if<SmallPlace>(&place);
  if (!small) return on_disk([&] { return opened(place).blob; });
  if (auto entry = recent_.find(*small)) {
    // Its descriptor may be asked for, too.
    auto segment = on_disk([&] { return segments_.open(small->segment); });
    return std::make_unique<HeldBlob>(std::move(segment), small->offset, std::move(entry));
  }
  Opened found = on_disk([&] { return opened(place); });
  if (base::digest(found.kind, *found.blob->held()) != found.check) refuse(place);
  recent_.keep(*small, std::move(found.entry));
  return std::move(found.blob);
}

bool StoredBlobs::verify(const BlobId& id) {
  const Opened found = on_disk([&] { return opened(place_of(id)); });
  base::Hash hash(found.kind);
  base::SourceReader reader(*found.blob);
  std::string part(read_buffer_size, '\0');
  try {
    while (const std::size_t got = reader.read(part.data(), part.size())) {
      hash.update({part.data(), got});
    }
  } catch (const DamagedBlob&) {
    return false;
  }
  return hash.finish() == found.check;
}

std::vector<std::uint32_t> StoredBlobs::sparse_segments(std::uint64_t dead_bytes) {
  const auto rows = database_.read([&](Connection& connection) {
    return connection.query("SELECT segment FROM blob_segments WHERE dead_bytes >= ? AND live > 0",
                            static_cast<std::int64_t>(dead_bytes));
  });
  std::vector<std::uint32_t> segments;
  for (const Row& row : rows) {
    const auto segment = static_cast<std::uint32_t>(row.front().integer());
    if (segments_.is_closed(segment)) segments.push_back(segment);
  }
  return segments;
}

void StoredBlobs::prepare(Connection& connection) {
  on_disk([&] {
    segments_.write_pending();
    fresh_.make_durable(connection);
    files_.sync_folders();
  });
  for (const std::string& name : files_.take_gone()) {
    cleared_.push_back(to_text(LargePlace{.name = name}));
  }
  for (const std::string& name : cleared_) {
    connection.run("DELETE FROM blob_removed WHERE name = ?", name);
  }
  if (has_erased_) {
    if (pins_ == 0) find_removable(connection);
    has_waited_ = pins_ > 0;
  }
  if (files_.runs_short()) reserved_ = files_.reserve(connection);
}

// At the end, so that the next start finds nothing to do.
void StoredBlobs::forget_recorded() noexcept {
  if (!fresh_.has_recorded() || database_.failed()) return;
  try {
    database_.write([&](Connection& connection) { fresh_.sync(connection); });
  } catch (const std::exception&) {
    return;  // the next start does it
  }
}

// Asks the rows and not what `erase` was told: a change may have been undone since.
void StoredBlobs::find_removable(Connection& connection) {
  for (const Row& row : connection.query("SELECT segment FROM blob_segments WHERE live = 0")) {
    const std::int64_t segment = row.front().integer();
    if (!segments_.is_closed(static_cast<std::uint32_t>(segment))) continue;
    connection.run("DELETE FROM blob_segments WHERE segment = ?", segment);
    forget_fresh(connection, static_cast<std::uint32_t>(segment));
    connection.run("INSERT INTO blob_removed (name) VALUES (?)",
                   std::string(segment_prefix) + std::to_string(segment));
  }
  removed_.clear();
  for (const Row& row : connection.query("SELECT name FROM blob_removed")) {
    removed_.push_back(row.front().text());
  }
}

void StoredBlobs::settle(bool is_durable) noexcept {
  fresh_.settle(is_durable);
  if (is_durable) {
    for (const SmallPlace& place : kept_) segments_.settled(place);
    files_.reserved(std::move(reserved_));
    // The row of one that cannot be removed stays, and the next start tries again.
    std::erase_if(removed_, [&](const std::string& name) { return !is_gone(name); });
    cleared_ = std::move(removed_);
    has_erased_ = files_.has_spares() || pins_ > 0 || has_waited_;
    has_waited_ = false;
  }
  kept_.clear();
  reserved_.clear();
  removed_.clear();
}

void StoredBlobs::remove_by_name(const std::string& name) {
  if (name.starts_with(segment_prefix)) {
    std::uint32_t segment = 0;
    std::from_chars(name.data() + segment_prefix.size(), name.data() + name.size(), segment);
    segments_.remove(segment);
  } else {
    files_.remove(std::get<LargePlace>(place_of({.text = name})).name);
  }
}

std::string StoredBlobs::reserved_name() {
  if (auto name = files_.take_name()) return *name;
  auto names = database_.write([&](Connection& connection) { return files_.reserve(connection); });
  std::string name = std::move(names.back());
  names.pop_back();
  files_.reserved(std::move(names));
  return name;
}

// What stays as a spare file keeps its row: the next start removes it, or the group after which it
// is spare no more.
bool StoredBlobs::is_gone(const std::string& name) noexcept {
  if (pins_ > 0) {
    has_waited_ = true;
    return false;
  }
  try {
    const bool is_large = !name.starts_with(segment_prefix);
    if (is_large && files_.stays_as_spare(std::get<LargePlace>(place_of({.text = name})).name)) {
      return false;
    }
  } catch (const std::exception&) {
    return false;
  }
  return is_removed(name);
}

bool StoredBlobs::is_removed(const std::string& name) noexcept {
  try {
    remove_by_name(name);
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

// The name stays reserved: it is used again, or where the file cannot be removed the next start
// does it.
void StoredBlobs::drop(const std::string& name) noexcept {
  if (is_removed(to_text(LargePlace{.name = name}))) files_.give_name_back(name);
}

std::uint32_t StoredBlobs::first_segment(base::Files& files, Database& database,
                                         const std::string& folder) {
  database.declare(schema);
  write_fresh(files, database, folder);
  const auto row = database.read([](Connection& connection) {
    // Behind those that wait for their removal, too.
    return connection.first(
        "SELECT coalesce(max(n), 1) FROM (SELECT segment AS n FROM blob_segments UNION ALL "
        "SELECT CAST(substr(name, 9) AS INTEGER) + 1 FROM blob_removed WHERE name LIKE "
        "'segment-%')");
  });
  return static_cast<std::uint32_t>(row->front().integer());
}

// Files of reserved names were never kept, and files to remove may be there yet; both names are
// few.
void StoredBlobs::recover() {
  const auto names_in = [&](std::string_view sql) {
    std::vector<std::string> names;
    const auto rows = database_.read([&](Connection& connection) { return connection.query(sql); });
    for (const Row& row : rows) names.push_back(row.front().text());
    return names;
  };
  auto reserved = names_in("SELECT name FROM blob_reserved");
  for (const std::string& name : reserved) files_.remove(name);
  files_.reserved(std::move(reserved));
  cleared_ = names_in("SELECT name FROM blob_removed");
  for (const std::string& name : cleared_) remove_by_name(name);
  has_erased_ = true;  // a segment may have been emptied while it was still written to
}

}  // namespace

std::unique_ptr<Blobs> open_blobs(base::Files& files, base::Random& random, Database& database,
                                  const std::string& folder) {
  return open_cared_blobs(files, random, database, folder, segment_length);
}

std::unique_ptr<CaredBlobs> open_cared_blobs(base::Files& files, base::Random& random,
                                             Database& database, const std::string& folder,
                                             std::uint64_t full_segment) {
  return on_disk(
      [&] { return std::make_unique<StoredBlobs>(files, random, database, folder, full_segment); });
}

}  // namespace millrace::store
