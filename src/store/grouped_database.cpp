// Opening the file, the engines' schemas, and the way of reads and writes.
#include "store/grouped_database.hpp"

#include "store/page_check.hpp"

namespace millrace::store {

namespace {

constexpr std::int64_t application_id = 0x4d4c5243;  // "MLRC": docs/formats/database.md
constexpr std::int64_t format_version = 1;

std::unique_ptr<base::File> locked(base::Files& files, const std::string& path) {
  try {
    const std::string folder = folder_of(path);
    if (!files.exists(folder)) {
      files.make_folders(folder);
      files.sync_folder(folder_of(folder));
    }
    auto file = files.open(path, base::Open::write);
    if (!file->try_lock()) throw StoreError(path + " is in use by another process");
    return file;
  } catch (const base::FileError& error) {
    throw StoreError(error.what());
  }
}

std::int64_t single_integer(Connection& connection, std::string_view sql) {
  return connection.first(sql).value().front().integer();
}

// The version of an engine's tables in the file; 0 when it has none.
std::int64_t version_of(Connection& connection, const Schema& schema) {
  const auto row =
      connection.first("SELECT version FROM store_schemas WHERE name = ?", schema.name);
  return row ? row->front().integer() : 0;
}

void migrate(SqliteConnection& connection, const Schema& schema, std::int64_t version) {
  for (const std::string_view step : schema.steps.subspan(static_cast<std::size_t>(version))) {
    connection.script(step);
  }
  connection.run("INSERT OR REPLACE INTO store_schemas (name, version) VALUES (?, ?)", schema.name,
                 static_cast<std::int64_t>(schema.steps.size()));
}

// One transaction of a reader, ended whatever happens.
class Snapshot {
 public:
  explicit Snapshot(SqliteConnection& connection) : connection_(connection) {
    connection_.run("BEGIN");
  }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  // Nothing was changed, so a failure does no harm, and the connection's next use meets it again.
  ~Snapshot() { connection_.roll_back(); }

 private:
  SqliteConnection& connection_;
};

}  // namespace

GroupedDatabase::GroupedDatabase(base::Files& files, const DatabaseOptions& options)
    : files_(files),
      options_(options),
      lock_(locked(files, options.path)),
      vfs_(files),
      writer_(vfs_, options.path, options.waiting) {
  sync_log();
  prepare_file();
}

GroupedDatabase::~GroupedDatabase() {
  // Ends the thread before the connections that it uses.
  thread_ = {};
}

void GroupedDatabase::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { writer_.run(stop); });
}

// A process that was killed may have written what it did not sync: it is read here, and whoever
// acts on it, as by removing a file, must not be ahead of the disk.
void GroupedDatabase::sync_log() {
  const std::string log = options_.path + "-wal";
  try {
    if (files_.exists(log)) files_.open(log, base::Open::read)->sync();
  } catch (const base::FileError& error) {
    throw StoreError(error.what());
  }
}

void GroupedDatabase::prepare_file() {
  SqliteConnection& connection = writer_.connection();
  connection.reserve_page_bytes(page_reserve);
  connection.script("PRAGMA page_size = 4096");
  const auto mode = connection.first("PRAGMA journal_mode = WAL");
  if (!mode || mode->front().text() != "wal") throw StoreError(options_.path + " has no log");
  connection.script("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000");
  const std::int64_t id = single_integer(connection, "PRAGMA application_id");
  if (id == 0 && single_integer(connection, "SELECT count(*) FROM sqlite_schema") == 0) {
    make_file();
  } else if (id != application_id || connection.reserved_page_bytes() != page_reserve) {
    throw StoreError(options_.path + " is not a database of this program");
  }
  const std::int64_t version = single_integer(connection, "PRAGMA user_version");
  if (version > format_version) {
    throw StoreError(options_.path + " was written by a newer version of this program (format " +
                     std::to_string(version) + ")");
  }
}

void GroupedDatabase::make_file() {
  writer_.connection().script(
      "BEGIN IMMEDIATE;"
      "PRAGMA application_id = " +
      std::to_string(application_id) + "; PRAGMA user_version = " + std::to_string(format_version) +
      ";"
      "CREATE TABLE store_schemas (name TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;"
      "COMMIT");
}

void GroupedDatabase::declare(const Schema& schema) {
  const auto known = static_cast<std::int64_t>(schema.steps.size());
  const std::int64_t version =
      read([&](Connection& connection) { return version_of(connection, schema); });
  if (version > known) {
    throw StoreError("the tables of " + std::string(schema.name) +
                     " were written by a newer version of this program");
  }
  if (version == known) return;
  write([&](Connection& connection) {
    migrate(static_cast<SqliteConnection&>(connection), schema, version);
  });
}

void GroupedDatabase::write_group(const std::function<void(Connection&)>& change) {
  Writer::Submission submission(change);
  writer_.submit(submission);
  if (!thread_.joinable()) writer_.flush();
  writer_.wait(submission);
}

void GroupedDatabase::read_snapshot(const std::function<void(Connection&)>& look) {
  auto reader = take_reader();
  {
    const Snapshot snapshot(*reader);
    look(*reader);
  }
  give_back(std::move(reader));
}

void GroupedDatabase::copy_to(base::Files& files, const std::string& path) {
  auto reader = take_reader();
  {
    const Vfs vfs(files);
    SqliteConnection copy(vfs, path);
    copy.reserve_page_bytes(page_reserve);
    copy.script("PRAGMA page_size = 4096; PRAGMA synchronous = FULL");
    copy.become_copy_of(*reader);
  }
  give_back(std::move(reader));
}

std::unique_ptr<SqliteConnection> GroupedDatabase::take_reader() {
  {
    const std::lock_guard guard(mutex_);
    if (!readers_.empty()) {
      auto reader = std::move(readers_.back());
      readers_.pop_back();
      return reader;
    }
  }
  // More than usual at once get one for the occasion: nobody waits, not even a read inside a read.
  auto reader = std::make_unique<SqliteConnection>(vfs_, options_.path);
  reader->script("PRAGMA query_only = ON");
  return reader;
}

void GroupedDatabase::give_back(std::unique_ptr<SqliteConnection> reader) {
  const std::lock_guard guard(mutex_);
  if (readers_.size() < static_cast<std::size_t>(options_.readers)) {
    readers_.push_back(std::move(reader));
  }
}

std::unique_ptr<Database> open_database(base::Files& files, const DatabaseOptions& options) {
  auto database = std::make_unique<GroupedDatabase>(files, options);
  database->start();
  return database;
}

}  // namespace millrace::store
