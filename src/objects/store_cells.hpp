// How the engine's types stand in the columns of its tables.
#pragma once

#include "base/time.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace millrace::objects::rows {

using store::Cell;
using store::Row;

inline std::int64_t to_cell(base::Timestamp time) { return time.time_since_epoch().count(); }
inline std::int64_t to_cell(std::uint64_t size) { return static_cast<std::int64_t>(size); }
inline base::Timestamp to_time(const Cell& cell) {
  return base::Timestamp(base::Milliseconds(cell.integer()));
}
inline std::uint64_t to_size(const Cell& cell) {
  return static_cast<std::uint64_t>(cell.integer());
}

inline std::vector<std::string> first_column(const std::vector<Row>& found) {
  std::vector<std::string> texts;
  texts.reserve(found.size());
  for (const Row& row : found) texts.push_back(row[0].text());
  return texts;
}

}  // namespace millrace::objects::rows
