// Rows written as one Parquet or ORC file, in memory that does not grow with them.
#pragma once

#include "base/cells.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::table {

enum class ColumnType {
  text,
  whole,  // a 64-bit number, in decimals
  flag,   // "true" or "false"
  time,   // milliseconds since 1970, in decimals
};

struct Column {
  std::string name;
  ColumnType type = ColumnType::text;
  bool required = false;  // no cell of it is absent
};

struct ColumnarFile {
  enum class Format { parquet, orc };
  Format format = Format::parquet;  // packed by Snappy, and ORC by zlib
  std::vector<Column> columns;
};

// Fills the row, a cell for each column; false at the end.
using NextRow = std::function<bool(base::CellRow& row)>;
using TakeBytes = std::function<void(std::string_view bytes)>;

// The number of rows written. Throws DataError for a cell that is not of its column's type.
std::uint64_t write_columnar(const ColumnarFile& file, const NextRow& next, const TakeBytes& take);

}  // namespace millrace::table
