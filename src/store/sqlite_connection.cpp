// Statements are taken out of the cache while they run, so that a callback may run the same one
// again.
#include "store/sqlite_connection.hpp"

#include "base/assert.hpp"

namespace millrace::store {

namespace {

constexpr std::size_t statement_limit = 512;
constexpr int busy_timeout_ms = 10'000;

std::string_view bytes_of(const void* start, int size) {
  return {static_cast<const char*>(start), static_cast<std::size_t>(size)};
}

int bind(sqlite3_stmt* statement, int place, const Cell& cell) {
  switch (cell.kind()) {
    case Cell::Kind::null:
      return sqlite3_bind_null(statement, place);
    case Cell::Kind::integer:
      return sqlite3_bind_int64(statement, place, cell.integer());
    case Cell::Kind::real:
      return sqlite3_bind_double(statement, place, cell.real());
    case Cell::Kind::text:
      return sqlite3_bind_text64(statement, place, cell.text().data(), cell.text().size(),
                                 SQLITE_STATIC, SQLITE_UTF8);
    case Cell::Kind::blob:
      return sqlite3_bind_blob64(statement, place, cell.text().data(), cell.text().size(),
                                 SQLITE_STATIC);
  }
  return SQLITE_MISUSE;
}

Cell column(sqlite3_stmt* statement, int place) {
  switch (sqlite3_column_type(statement, place)) {
    case SQLITE_INTEGER:
      return static_cast<std::int64_t>(sqlite3_column_int64(statement, place));
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, place);
    case SQLITE_TEXT: {
      const void* const text = sqlite3_column_text(statement, place);
      return bytes_of(text, sqlite3_column_bytes(statement, place));
    }
    case SQLITE_BLOB: {
      const void* const blob = sqlite3_column_blob(statement, place);
      return Cell::blob(bytes_of(blob, sqlite3_column_bytes(statement, place)));
    }
    default:
      return {};
  }
}

Row row_of(sqlite3_stmt* statement) {
  Row row;
  const int columns = sqlite3_column_count(statement);
  row.reserve(static_cast<std::size_t>(columns));
  for (int i = 0; i < columns; ++i) row.push_back(column(statement, i));
  return row;
}

}  // namespace

Cell Cell::blob(std::string_view bytes) {
  Cell cell(bytes);
  cell.kind_ = Kind::blob;
  return cell;
}

std::optional<std::string> Cell::optional_text() const {
  if (is_null()) return std::nullopt;
  return bytes_;
}

std::optional<std::int64_t> Cell::optional_integer() const {
  if (is_null()) return std::nullopt;
  return integer_;
}

// A statement with its parameters bound, given back clean.
class SqliteConnection::Lease {
 public:
  Lease(SqliteConnection& connection, std::string_view sql, std::span<const Cell> parameters)
      : connection_(connection), sql_(sql), statement_(connection.take(sql)) {
    MILLRACE_ASSERT(sqlite3_bind_parameter_count(statement_.get()) ==
                    static_cast<int>(parameters.size()));
    int place = 0;
    for (const Cell& cell : parameters) {
      connection_.check(bind(statement_.get(), ++place, cell));
    }
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() {
    sqlite3_reset(statement_.get());
    sqlite3_clear_bindings(statement_.get());
    connection_.give_back(sql_, std::move(statement_));
  }
  [[nodiscard]] sqlite3_stmt* get() const { return statement_.get(); }

 private:
  SqliteConnection& connection_;
  std::string_view sql_;
  Statement statement_;
};

SqliteConnection::SqliteConnection(const Vfs& vfs, const std::string& path) {
  sqlite3* opened = nullptr;
  constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int result = sqlite3_open_v2(path.c_str(), &opened, flags, vfs.name());
  connection_.reset(opened);
  if (result != SQLITE_OK) {
    throw SqlError(result & 0xff, path + " cannot be opened: " + sqlite3_errstr(result));
  }
  sqlite3_extended_result_codes(opened, 1);
  sqlite3_busy_timeout(opened, busy_timeout_ms);
  // Nothing of ours is ever written beside the data folder.
  script("PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON");
}

std::vector<Row> SqliteConnection::rows(std::string_view sql, std::span<const Cell> parameters) {
  const Lease statement(*this, sql, parameters);
  std::vector<Row> all;
  while (step(statement.get())) all.push_back(row_of(statement.get()));
  return all;
}

void SqliteConnection::each(std::string_view sql, std::span<const Cell> parameters,
                            const std::function<bool(const Row&)>& each) {
  const Lease statement(*this, sql, parameters);
  while (step(statement.get())) {
    if (!each(row_of(statement.get()))) return;
  }
}

std::int64_t SqliteConnection::change(std::string_view sql, std::span<const Cell> parameters) {
  const Lease statement(*this, sql, parameters);
  while (step(statement.get())) {
  }
  return sqlite3_changes64(connection_.get());
}

void SqliteConnection::script(std::string_view sql) {
  check(sqlite3_exec(connection_.get(), std::string(sql).c_str(), nullptr, nullptr, nullptr));
}

bool SqliteConnection::in_transaction() const {
  return sqlite3_get_autocommit(connection_.get()) == 0;
}

bool SqliteConnection::roll_back() noexcept {
  return !in_transaction() ||
         sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr) == SQLITE_OK;
}

void SqliteConnection::reserve_page_bytes(int count) {
  check(sqlite3_file_control(connection_.get(), "main", SQLITE_FCNTL_RESERVE_BYTES, &count));
}

int SqliteConnection::reserved_page_bytes() {
  int count = -1;  // asks, and alters nothing
  check(sqlite3_file_control(connection_.get(), "main", SQLITE_FCNTL_RESERVE_BYTES, &count));
  return count;
}

void SqliteConnection::become_copy_of(SqliteConnection& other) {
  sqlite3_backup* const backup =
      sqlite3_backup_init(connection_.get(), "main", other.connection_.get(), "main");
  if (backup == nullptr) check(sqlite3_extended_errcode(connection_.get()));
  static_cast<void>(sqlite3_backup_step(backup, -1));  // what failed is told by the next call
  check(sqlite3_backup_finish(backup));
}

SqliteConnection::Statement SqliteConnection::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  check(sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
  return Statement(statement);
}

SqliteConnection::Statement SqliteConnection::take(std::string_view sql) {
  const auto known = statements_.find(sql);
  if (known == statements_.end()) return prepare(sql);
  Statement statement = std::move(known->second);
  statements_.erase(known);
  return statement;
}

void SqliteConnection::give_back(std::string_view sql, Statement statement) {
  if (statements_.size() >= statement_limit) statements_.clear();
  statements_.emplace(sql, std::move(statement));
}

bool SqliteConnection::step(sqlite3_stmt* statement) {
  const int result = sqlite3_step(statement);
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) check(result);
  return false;
}

void SqliteConnection::check(int result) const {
  if (result == SQLITE_OK) return;
  if (result == SQLITE_IOERR_DATA) {
    throw SqlError(SQLITE_IOERR, "the database file is damaged: a page's checksum is wrong");
  }
  throw SqlError(result & 0xff, std::string("database: ") + sqlite3_errmsg(connection_.get()));
}

}  // namespace millrace::store
