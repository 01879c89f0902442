// The statements of identity's tables. Times are milliseconds since the epoch.
#include "identity/store.hpp"

namespace millrace::identity {
namespace {

constexpr std::string_view steps[] = {
    "CREATE TABLE identity_account (id TEXT PRIMARY KEY, created INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE identity_key (id TEXT PRIMARY KEY, account TEXT NOT NULL, user TEXT NOT NULL,"
    " sealed_secret BLOB NOT NULL, active INTEGER NOT NULL, created INTEGER NOT NULL) WITHOUT "
    "ROWID;"
    "CREATE INDEX identity_key_owner ON identity_key (account, user);"
    "CREATE TABLE identity_session (id TEXT PRIMARY KEY, account TEXT NOT NULL, sealed BLOB NOT "
    "NULL,"
    " principal TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX identity_session_expires ON identity_session (expires);"
    "CREATE INDEX identity_session_account ON identity_session (account);"};

constexpr std::string_view use_steps[] = {
    "CREATE TABLE identity_use (id TEXT NOT NULL, service TEXT NOT NULL, operation TEXT NOT NULL,"
    " account TEXT NOT NULL, region TEXT NOT NULL, at INTEGER NOT NULL,"
    " PRIMARY KEY (id, service, operation)) WITHOUT ROWID;"
    "CREATE INDEX identity_use_at ON identity_use (at);"
    "CREATE INDEX identity_use_account ON identity_use (account);"};

std::int64_t to_cell(base::Timestamp time) { return time.time_since_epoch().count(); }
base::Timestamp to_time(const store::Cell& cell) {
  return base::Timestamp(base::Milliseconds(cell.integer()));
}

constexpr std::string_view key_columns =
    "SELECT id, account, user, sealed_secret, active, created FROM identity_key ";

KeyRow to_key(const store::Row& row) {
  return {.id = row[0].text(),
          .account = row[1].text(),
          .user = row[2].text(),
          .sealed_secret = row[3].text(),
          .active = row[4].integer() != 0,
          .created = to_time(row[5])};
}

}  // namespace

const store::Schema& identity_schema() {
  static constexpr store::Schema schema{.name = "identity", .steps = steps};
  return schema;
}

const store::Schema& use_schema() {
  static constexpr store::Schema schema{.name = "identity_use", .steps = use_steps};
  return schema;
}

bool insert_account(store::Connection& connection, const AccountRow& row) {
  return connection.run(
             "INSERT INTO identity_account (id, created) VALUES (?, ?) ON CONFLICT DO NOTHING",
             row.id, to_cell(row.created)) == 1;
}

std::vector<AccountRow> select_accounts(store::Connection& connection) {
  std::vector<AccountRow> all;
  for (const store::Row& row :
       connection.query("SELECT id, created FROM identity_account ORDER BY id")) {
    all.push_back({.id = row[0].text(), .created = to_time(row[1])});
  }
  return all;
}

void insert_key(store::Connection& connection, const KeyRow& row) {
  connection.run(
      "INSERT INTO identity_key (id, account, user, sealed_secret, active, created) VALUES (?, ?, "
      "?, ?, ?, ?)",
      row.id, row.account, row.user, store::Cell::blob(row.sealed_secret), row.active,
      to_cell(row.created));
}

std::optional<KeyRow> select_key(store::Connection& connection, std::string_view id) {
  const auto row = connection.first(std::string(key_columns) + "WHERE id = ?", id);
  if (!row) return std::nullopt;
  return to_key(*row);
}

std::vector<KeyRow> select_keys(store::Connection& connection, std::string_view account,
                                std::string_view user) {
  std::vector<KeyRow> all;
  const std::string statement =
      std::string(key_columns) + "WHERE account = ? AND user = ? ORDER BY created, id";
  for (const store::Row& row : connection.query(statement, account, user))
    all.push_back(to_key(row));
  return all;
}

void update_key_active(store::Connection& connection, std::string_view id, bool active) {
  connection.run("UPDATE identity_key SET active = ? WHERE id = ?", active, id);
}

void update_key_user(store::Connection& connection, std::string_view account, std::string_view from,
                     std::string_view to) {
  connection.run("UPDATE identity_key SET user = ? WHERE account = ? AND user = ?", to, account,
                 from);
}

void delete_key(store::Connection& connection, std::string_view id) {
  connection.run("DELETE FROM identity_key WHERE id = ?", id);
}

void insert_session(store::Connection& connection, const SessionRow& row, base::Timestamp now) {
  connection.run("DELETE FROM identity_session WHERE expires < ?", to_cell(now));
  connection.run(
      "INSERT INTO identity_session (id, account, sealed, principal, expires) VALUES (?, ?, ?, ?, "
      "?)",
      row.id, row.account, store::Cell::blob(row.sealed), row.principal, to_cell(row.expires));
}

std::optional<SessionRow> select_session(store::Connection& connection, std::string_view id) {
  const auto row = connection.first(
      "SELECT id, account, sealed, principal, expires FROM identity_session WHERE id = ?", id);
  if (!row) return std::nullopt;
  return SessionRow{.id = (*row)[0].text(),
                    .account = (*row)[1].text(),
                    .sealed = (*row)[2].text(),
                    .principal = (*row)[3].text(),
                    .expires = to_time((*row)[4])};
}

void delete_account_keys(store::Connection& connection, std::string_view account) {
  connection.run("DELETE FROM identity_key WHERE account = ? AND user <> ''", account);
  connection.run("DELETE FROM identity_session WHERE account = ?", account);
}

void upsert_use(store::Connection& connection, const UseRow& row) {
  connection.run(
      "INSERT INTO identity_use (id, service, operation, account, region, at) VALUES (?, ?, ?, ?, "
      "?, ?) ON CONFLICT (id, service, operation) DO UPDATE SET region = excluded.region, at = "
      "excluded.at WHERE excluded.at >= at",
      row.id, row.service, row.operation, row.account, row.region, to_cell(row.at));
}

std::vector<UseRow> select_uses(store::Connection& connection, std::string_view id) {
  std::vector<UseRow> all;
  for (const store::Row& row : connection.query(
           "SELECT account, id, service, operation, region, at FROM identity_use WHERE id = ?",
           id)) {
    all.push_back({.account = row[0].text(),
                   .id = row[1].text(),
                   .service = row[2].text(),
                   .operation = row[3].text(),
                   .region = row[4].text(),
                   .at = to_time(row[5])});
  }
  return all;
}

void delete_uses_before(store::Connection& connection, base::Timestamp time) {
  connection.run("DELETE FROM identity_use WHERE at < ?", to_cell(time));
}

void delete_account_uses(store::Connection& connection, std::string_view account) {
  connection.run("DELETE FROM identity_use WHERE account = ?", account);
}

}  // namespace millrace::identity
