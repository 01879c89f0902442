// What holds of every data set that was read, whatever the format.
#pragma once

#include "fuzz.hpp"
#include "table/matrix.hpp"

namespace millrace::fuzz {

inline void check(const table::Matrix& matrix) {
  if (!matrix.sparse) {
    MILLRACE_ASSERT(matrix.values.size() == matrix.rows * matrix.columns);
    return;
  }
  MILLRACE_ASSERT(matrix.offsets.size() == matrix.rows + 1);
  MILLRACE_ASSERT(matrix.offsets.back() == matrix.values.size());
  MILLRACE_ASSERT(matrix.indices.size() == matrix.values.size());
  for (const std::uint32_t index : matrix.indices) MILLRACE_ASSERT(index < matrix.columns);
}

inline void check(const table::Dataset& data) {
  check(data.features);
  for (const std::size_t size : {data.labels.size(), data.weights.size(), data.queries.size()})
    MILLRACE_ASSERT(size == 0 || size == data.features.rows);
}

// One file of these bytes.
struct OneFile {
  explicit OneFile(std::string_view bytes) : source(std::string(bytes)) {}
  base::MemorySource source;
  table::Input input{.name = "file", .source = &source};
};

}  // namespace millrace::fuzz
