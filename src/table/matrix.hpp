// Rows of numbers as learners take them: dense or sparse, with labels, weights and query groups
// beside them.
#pragma once

#include "base/stream.hpp"

#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace millrace::table {

inline constexpr float missing = std::numeric_limits<float>::quiet_NaN();
inline constexpr std::size_t column_limit = std::size_t{1} << 24;

// Dense: `values` holds rows times columns numbers, row by row, NaN where missing. Sparse: row r
// owns the entries offsets[r] to offsets[r + 1] of `indices` and `values`; `offsets` has rows + 1
// elements.
struct Matrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  bool sparse = false;
  std::vector<float> values;
  std::vector<std::uint64_t> offsets;
  std::vector<std::uint32_t> indices;
};

// Labels and weights have one element a row, or none where the data has none; so have queries (the
// ids of ranking groups).
struct Dataset {
  Matrix features;
  std::vector<float> labels;
  std::vector<float> weights;
  std::vector<std::uint64_t> queries;
};

// A file to read; its name is what messages call it.
struct Input {
  std::string name;
  const base::Source* source = nullptr;
};

// What is wrong with the data; the message names file and line where there are such.
struct DataError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// How many bytes they have together.
[[nodiscard]] std::uint64_t total_bytes(std::span<const Input> inputs);

// No rows, whose memory stays for others.
void clear(Dataset& rows);

// Appends the rows of `next`, which becomes empty. Dense rows must have the same number of columns.
void append(Dataset& all, Dataset&& next);

}  // namespace millrace::table
