// A statement of S3 Select as one of the engine's.
#pragma once

#include "sql/select/input.hpp"
#include "sql/select/tree.hpp"

#include <string>
#include <vector>

namespace millrace::sql::select {

struct Query {
  std::string sql;
  std::vector<Column> columns;           // of the result, in order
  std::vector<std::string> field_names;  // of a column that is all fields
};

// Checks what needs more than the grammar. Throws SelectError.
[[nodiscard]] Query write(const Statement& statement, Input& input, Engine& engine,
                          const Request& request);

}  // namespace millrace::sql::select
