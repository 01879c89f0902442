// Statements on tables that others declared; the names in them are constants of the program.
#include "store/blob_tables.hpp"

#include <algorithm>

namespace millrace::store {

namespace {

constexpr std::int64_t rows_at_a_time = 256;

std::string text(std::string_view view) { return std::string(view); }

// "(?, ?)" for a key of two columns.
std::string places(const BlobTable& table) {
  const auto commas = std::count(table.key.begin(), table.key.end(), ',');
  std::string marks = "(?";
  for (auto i = commas; i > 0; --i) marks += ", ?";
  return marks + ")";
}

std::string where_row(const BlobTable& table) {
  return " WHERE (" + text(table.key) + ") = " + places(table) + " AND " + text(table.column) +
         " = ?";
}

std::string select_rows(const BlobTable& table) {
  return "SELECT " + text(table.column) + ", " + text(table.holder) + ", " + text(table.key) +
         " FROM " + text(table.name) + " WHERE " + text(table.column);
}

BlobRow to_blob_row(const Row& row) {
  return {.key = std::vector<Cell>(row.begin() + 2, row.end()),
          .blob = BlobId{row[0].text()},
          .holder = row[1].text()};
}

std::vector<Cell> with(std::vector<Cell> cells, Cell last) {
  cells.push_back(std::move(last));
  return cells;
}

}  // namespace

bool has_table(Connection& connection, std::string_view name) {
  return connection.first("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", name)
      .has_value();
}

std::vector<BlobRow> blob_rows(Connection& connection, const BlobTable& table,
                               const std::vector<Cell>& after, std::int64_t most) {
  if (!has_table(connection, table.name)) return {};
  std::string sql = select_rows(table) + " <> ''";
  if (!after.empty()) sql += " AND (" + text(table.key) + ") > " + places(table);
  sql += " ORDER BY " + text(table.key) + " LIMIT ?";
  std::vector<BlobRow> rows;
  connection.each(sql, with(after, most), [&](const Row& row) {
    rows.push_back(to_blob_row(row));
    return true;
  });
  return rows;
}

void each_blob(Connection& connection, std::span<const BlobTable> tables,
               const std::function<void(const BlobRow&)>& each) {
  for (const BlobTable& table : tables) {
    std::vector<Cell> after;
    for (;;) {
      const auto rows = blob_rows(connection, table, after, rows_at_a_time);
      for (const BlobRow& row : rows) each(row);
      if (std::ssize(rows) < rows_at_a_time) break;
      after = rows.back().key;
    }
  }
}

bool move_blob(Connection& connection, const BlobTable& table, const BlobRow& row,
               const BlobId& to) {
  std::vector<Cell> cells = {Cell(to.text)};
  cells.insert(cells.end(), row.key.begin(), row.key.end());
  return connection.change("UPDATE " + text(table.name) + " SET " + text(table.column) + " = ?" +
                               where_row(table),
                           with(std::move(cells), row.blob.text)) == 1;
}

std::optional<BlobRow> row_of_blob(Connection& connection, const BlobTable& table,
                                   const BlobId& blob) {
  if (!has_table(connection, table.name)) return std::nullopt;
  // With whatever its engine noted behind it.
  const std::string column = text(table.column);
  const auto row = connection.first(
      select_rows(table) + " = ?1 OR substr(" + column + ", 1, length(?1) + 1) = ?1 || '.' LIMIT 1",
      blob.text);
  if (!row) return std::nullopt;
  return to_blob_row(*row);
}

bool holds_blob(Connection& connection, const BlobTable& table, const BlobRow& row) {
  return !connection
              .rows("SELECT 1 FROM " + text(table.name) + where_row(table),
                    with(row.key, row.blob.text))
              .empty();
}

}  // namespace millrace::store
