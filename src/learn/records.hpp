// The rows of a channel as AWS's own algorithms read them: numbers of a known width, with labels
// where the algorithm has use for them.
#pragma once

#include "learn/algorithm.hpp"
#include "table/matrix.hpp"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace millrace::learn {

enum class Labels { ignored, required };

struct RecordOptions {
  std::size_t feature_dim = 0;  // 0: as many as the rows have
  int threads = 1;
  Labels labels = Labels::ignored;
  bool keep_sparse = false;  // sparse rows are made dense unless they are to stay as they are
};

// The whole channel: RecordIO-protobuf where no content type is given, or CSV, whose first column
// is a label unless the content type says `label_size=0`. All rows have `feature_dim` columns.
// Throws ClientError for what cannot be read, for rows of another width, for required labels that
// are missing, and for what is no finite number.
[[nodiscard]] table::Dataset read_records(const Channel& channel, const RecordOptions& options);

// The same of the channel of that name, which must be there, or may be.
[[nodiscard]] table::Dataset read_required(const std::vector<Channel>& channels,
                                           std::string_view name, const RecordOptions& options);
[[nodiscard]] std::optional<table::Dataset> read_optional(const std::vector<Channel>& channels,
                                                          std::string_view name,
                                                          const RecordOptions& options);

// What channels will be once they are read, told from how their files begin.
struct RecordsEstimate {
  double rows = 0;
  double entries = 0;  // numbers that are kept
  double bytes = 0;    // at the peak of reading; labels and offsets included
  bool sparse = false;
};

// All channels together. A channel of which nothing can be told counts as none: reading it says
// why.
[[nodiscard]] RecordsEstimate estimate_records(const std::vector<Channel>& channels,
                                               const RecordOptions& options);

// Dense from sparse, `columns` wide; rows that are dense already stay as they are. Throws
// table::DataError for an entry outside.
void make_dense(table::Matrix& rows, std::size_t columns);

// A request's rows for a model of so many columns: `rows` themselves, or what `made` became where
// they are sparse. Throws PredictionError for another width and for what is no finite number.
[[nodiscard]] const table::Matrix& dense_rows(const table::Matrix& rows, std::size_t columns,
                                              table::Matrix& made);

}  // namespace millrace::learn
