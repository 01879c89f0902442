// AWS's RecordIO-protobuf: frames with a magic number, each a `Record` with tensors of features and
// label.
#pragma once

#include "table/matrix.hpp"

#include <span>
#include <string>
#include <string_view>

namespace millrace::table {

// Features `values`, label `values`: float32, float64 or int32 tensors, dense or with keys. Throws
// DataError with the record's number.
[[nodiscard]] Dataset parse_recordio(std::string_view bytes);

// Throws DataError with file and record. `block_bytes`, of which each thread has some in hand, is
// for tests.
[[nodiscard]] Dataset read_recordio(std::span<const Input> inputs, int threads,
                                    std::size_t block_bytes = 1024 * 1024);

// Each input is one record, without a frame around it. Throws DataError with the file.
[[nodiscard]] Dataset read_unframed_records(std::span<const Input> inputs);

// Some of a row's numbers, and the key under which they stand.
struct LabelColumn {
  std::string_view key;
  std::size_t width = 1;
};

// One record a row, whose label has a tensor for each of the columns; the rows' numbers stand one
// after another.
[[nodiscard]] std::string write_recordio(std::span<const float> numbers,
                                         std::span<const LabelColumn> columns);

}  // namespace millrace::table
