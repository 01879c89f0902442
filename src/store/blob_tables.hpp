// Where the engines' rows name blobs: whoever looks after all blobs walks them, table by table.
#pragma once

#include "store/blobs.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::store {

// An engine's table whose rows may each hold one blob.
struct BlobTable {
  std::string_view name;
  std::string_view key;     // the columns of its primary key, between commas
  std::string_view column;  // of the blob's id; empty where a row holds none
  std::string_view holder;  // an expression: what the engine keeps in the blob, for who reads
};

struct BlobRow {
  std::vector<Cell> key;
  BlobId blob;
  std::string holder;
};

[[nodiscard]] bool has_table(Connection& connection, std::string_view name);

// Rows that hold a blob, in the order of their keys, behind `after` (empty: from the first on).
// None of a table that the file does not have.
[[nodiscard]] std::vector<BlobRow> blob_rows(Connection& connection, const BlobTable& table,
                                             const std::vector<Cell>& after, std::int64_t most);
// Calls `each` for every row of every table.
void each_blob(Connection& connection, std::span<const BlobTable> tables,
               const std::function<void(const BlobRow&)>& each);
// Whether the row still held what `row` says, and holds `to` now.
[[nodiscard]] bool move_blob(Connection& connection, const BlobTable& table, const BlobRow& row,
                             const BlobId& to);
// The row that holds the blob; looks at all rows.
[[nodiscard]] std::optional<BlobRow> row_of_blob(Connection& connection, const BlobTable& table,
                                                 const BlobId& blob);
// Whether the row still holds what `row` says.
[[nodiscard]] bool holds_blob(Connection& connection, const BlobTable& table, const BlobRow& row);

}  // namespace millrace::store
