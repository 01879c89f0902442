// One SQLite connection with its prepared statements.
#pragma once

#include "store/database.hpp"
#include "store/vfs.hpp"

#include <sqlite3.h>

#include <map>
#include <memory>
#include <string>

namespace millrace::store {

// A failed statement, with SQLite's primary result code.
struct SqlError : StoreError {
  SqlError(int failed_with, const std::string& what) : StoreError(what), code(failed_with) {}
  int code;
};

// Used by one thread at a time.
class SqliteConnection final : public Connection {
 public:
  SqliteConnection(const Vfs& vfs, const std::string& path);

  std::vector<Row> rows(std::string_view sql, std::span<const Cell> parameters) override;
  void each(std::string_view sql, std::span<const Cell> parameters,
            const std::function<bool(const Row&)>& each) override;
  std::int64_t change(std::string_view sql, std::span<const Cell> parameters) override;

  void script(std::string_view sql);  // any number of statements, without parameters
  [[nodiscard]] bool in_transaction() const;
  // Ends the transaction, if there is one, without its changes; whether that worked.
  bool roll_back() noexcept;
  // Bytes at the end of each page that SQLite leaves alone; to be set before the file has a page.
  void reserve_page_bytes(int count);
  [[nodiscard]] int reserved_page_bytes();
  // What the other sees at one instant, instead of what is here.
  void become_copy_of(SqliteConnection& other);

 private:
  struct Close {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;
  class Lease;

  [[nodiscard]] Statement prepare(std::string_view sql);
  [[nodiscard]] Statement take(std::string_view sql);
  void give_back(std::string_view sql, Statement statement);
  [[nodiscard]] bool step(sqlite3_stmt* statement);  // whether there is a row
  void check(int result) const;

  std::unique_ptr<sqlite3, Close> connection_;
  std::map<std::string, Statement, std::less<>> statements_;  // those not in use
};

}  // namespace millrace::store
