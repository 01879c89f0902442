// Which format a content type names, in the words of AWS's containers, and reading whole channels
// in it.
#pragma once

#include "table/matrix.hpp"

#include <span>
#include <string_view>

namespace millrace::table {

enum class Format { csv, libsvm, parquet, recordio };

// "text/csv; label_size=1" is CSV; an empty text is libsvm, as AWS's default. Throws DataError for
// anything else.
[[nodiscard]] Format parse_content_type(std::string_view content_type);

[[nodiscard]] std::string_view format_name(Format format);

struct ReadOptions {
  Format format = Format::csv;
  bool csv_weights = false;
  bool unframed_records = false;  // each input is one record of RecordIO
  int threads = 1;
};

// All inputs as one data set with labels in front. Throws DataError: "Failed to load csv data with
// exception:\n..."
[[nodiscard]] Dataset read_dataset(std::span<const Input> inputs, const ReadOptions& options);

}  // namespace millrace::table
