// The data folder's one database: many readers, one writer whose transactions are shared by all who
// wait.
#pragma once

#include "base/files.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::store {

// The disk failed or is full; nothing of the change is kept. After a failed sync the writer stops
// for good.
struct StoreError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What was written may be lost, and no later sync can tell.
struct SyncError : StoreError {
  using StoreError::StoreError;
};

// One bound or read column.
class Cell {
 public:
  enum class Kind { null, integer, real, text, blob };
  Cell() = default;
  Cell(int number) : kind_(Kind::integer), integer_(number) {}
  Cell(std::int64_t number) : kind_(Kind::integer), integer_(number) {}
  Cell(bool flag) : kind_(Kind::integer), integer_(flag ? 1 : 0) {}
  Cell(double number) : kind_(Kind::real), real_(number) {}
  Cell(std::string_view text) : kind_(Kind::text), bytes_(text) {}
  Cell(const std::string& text) : kind_(Kind::text), bytes_(text) {}
  Cell(const char* text) : kind_(Kind::text), bytes_(text) {}
  template <class T>
  Cell(const std::optional<T>& value) {
    if (value) *this = Cell(*value);
  }
  [[nodiscard]] static Cell blob(std::string_view bytes);

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool is_null() const { return kind_ == Kind::null; }
  [[nodiscard]] std::int64_t integer() const { return integer_; }
  [[nodiscard]] double real() const {
    return kind_ == Kind::integer ? static_cast<double>(integer_) : real_;
  }
  [[nodiscard]] const std::string& text() const { return bytes_; }  // text or blob
  [[nodiscard]] std::optional<std::string> optional_text() const;
  [[nodiscard]] std::optional<std::int64_t> optional_integer() const;

 private:
  Kind kind_ = Kind::null;
  std::int64_t integer_ = 0;
  double real_ = 0;
  std::string bytes_;
};

using Row = std::vector<Cell>;

// A connection inside a read or write; valid only during the callback that received it.
class Connection {
 public:
  virtual ~Connection() = default;
  // Runs one statement with `?` parameters; statements are prepared once and kept.
  virtual std::vector<Row> rows(std::string_view sql, std::span<const Cell> parameters) = 0;
  // Calls `each` per row until it returns false.
  virtual void each(std::string_view sql, std::span<const Cell> parameters,
                    const std::function<bool(const Row&)>& each) = 0;
  // Returns the number of rows changed.
  virtual std::int64_t change(std::string_view sql, std::span<const Cell> parameters) = 0;

  template <class... Arguments>
  std::vector<Row> query(std::string_view sql, const Arguments&... arguments) {
    const Cell cells[sizeof...(arguments) + 1] = {Cell(arguments)..., Cell()};
    return rows(sql, std::span(cells, sizeof...(arguments)));
  }
  template <class... Arguments>
  std::optional<Row> first(std::string_view sql, const Arguments&... arguments) {
    auto all = query(sql, arguments...);
    if (all.empty()) return std::nullopt;
    return std::move(all.front());
  }
  template <class... Arguments>
  std::int64_t run(std::string_view sql, const Arguments&... arguments) {
    const Cell cells[sizeof...(arguments) + 1] = {Cell(arguments)..., Cell()};
    return change(sql, std::span(cells, sizeof...(arguments)));
  }
};

// An engine's own tables. Step n brings version n-1 to n; a folder of a newer version than the
// program is refused.
struct Schema {
  std::string_view name;
  std::span<const std::string_view> steps;  // each a script of statements
};

// Something outside the database whose durability shares the group's: the segments of small blobs.
class GroupMember {
 public:
  virtual ~GroupMember() = default;
  // On the writer's thread inside the group's transaction, after its changes and before its commit.
  // What it throws fails the whole group; a SyncError also stops the writer for good.
  virtual void prepare(Connection& connection) = 0;
  // The group is durable, or nothing of it happened. Called after those who wait were answered.
  virtual void settle(bool is_durable) noexcept = 0;
};

class Database {
 public:
  virtual ~Database() = default;
  // Called once by each engine when it is built, before any read or write of its tables.
  virtual void declare(const Schema& schema) = 0;

  // Runs `change` in the next group commit, in a savepoint of its own: what it throws undoes only
  // its own part and reaches the caller. Returns when the group is durable. `change` runs on the
  // writer's thread: no waiting, no calls to `write`.
  virtual void write_group(const std::function<void(Connection&)>& change) = 0;
  // Sees what is durable, at one instant.
  virtual void read_snapshot(const std::function<void(Connection&)>& look) = 0;

  // The writer has stopped for good: every further write is refused, reads go on.
  [[nodiscard]] virtual bool failed() const = 0;
  // A member takes part in every group until it leaves; it leaves before it is destroyed.
  virtual void join(GroupMember& member) = 0;
  virtual void leave(GroupMember& member) = 0;

  template <class Function>
  auto write(Function&& function) {
    return call([this](const auto& f) { write_group(f); }, std::forward<Function>(function));
  }
  template <class Function>
  auto read(Function&& function) {
    return call([this](const auto& f) { read_snapshot(f); }, std::forward<Function>(function));
  }

 private:
  template <class Run, class Function>
  static auto call(const Run& run, Function&& function) {
    using Result = decltype(function(std::declval<Connection&>()));
    if constexpr (std::is_void_v<Result>) {
      run([&](Connection& connection) { function(connection); });
    } else {
      std::optional<Result> result;
      run([&](Connection& connection) { result.emplace(function(connection)); });
      return std::move(*result);
    }
  }
};

struct DatabaseOptions {
  std::string path;            // DATA/millrace.db
  int readers = 4;             // connections kept open for reading
  std::size_t waiting = 4096;  // writes in the queue; more are refused with StoreError
};

// In the server a thread of the database's own commits. Throws StoreError when the file is damaged
// or too new.
[[nodiscard]] std::unique_ptr<Database> open_database(base::Files& files,
                                                      const DatabaseOptions& options);

}  // namespace millrace::store
