#include "learn/records.hpp"

#include "base/text.hpp"
#include "learn/channels.hpp"
#include "table/csv.hpp"
#include "table/estimate.hpp"
#include "table/recordio.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

namespace millrace::learn {
namespace {

constexpr std::string_view recordio = "application/x-recordio-protobuf";

[[noreturn]] void cannot_read(const Channel& channel, const std::string& why) {
  throw ClientError(
      "Unable to read data channel '" + channel.name + "'. Requested content-type is '" +
      (channel.content_type.empty() ? std::string(recordio) : channel.content_type) +
      "'. Please verify the data matches the requested content-type. (caused by " + why + ")");
}

struct ContentType {
  std::string name;
  std::size_t labels = 1;
};

// "text/csv;label_size=0"
ContentType parse(const Channel& channel) {
  const std::string lowered = base::lower(channel.content_type);
  const auto pieces = base::split(lowered, ';');
  ContentType type{.name = std::string(base::trim(pieces[0]))};
  if (type.name.empty()) type.name = recordio;
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    const std::string_view piece = base::trim(pieces[i]);
    const std::size_t equals = piece.find('=');
    if (base::trim(piece.substr(0, equals)) != "label_size") continue;
    const std::string_view value =
        equals == std::string_view::npos ? "" : base::trim(piece.substr(equals + 1));
    if (value != "0" && value != "1")
      cannot_read(channel,
                  "ValueError: label_size must be 0 or 1, not '" + std::string(value) + "'");
    type.labels = value == "1" ? 1 : 0;
  }
  return type;
}

table::Dataset read(const Channel& channel, int threads) {
  const ContentType type = parse(channel);
  const std::vector<table::Input> files = data_files(channel);
  if (type.name == recordio)
    return channel.wrapped ? table::read_unframed_records(files)
                           : table::read_recordio(files, threads);
  if (type.name == "text/csv")
    return table::read_csv(files, {.label = type.labels == 1, .threads = threads});
  throw ClientError("No iterator has been registered for ContentType ('" + channel.content_type +
                    "', '1.0')");
}

void check_width(const Channel& channel, const table::Dataset& rows, std::size_t feature_dim) {
  const std::size_t columns = rows.features.columns;
  if (columns == feature_dim || (rows.features.sparse && columns < feature_dim)) return;
  cannot_read(channel, "ValueError: cannot copy sequence with size " + std::to_string(columns) +
                           " to array axis with dimension " + std::to_string(feature_dim) +
                           ": the hyperparameter feature_dim is " + std::to_string(feature_dim) +
                           ", the rows have " + std::to_string(columns) + " features" +
                           (columns + 1 == feature_dim && !rows.labels.empty()
                                ? "; the first column was taken as a label, which "
                                  "'label_size=0' in the content type prevents"
                                : ""));
}

void check_labels(const Channel& channel, const table::Dataset& rows) {
  if (rows.labels.size() != rows.features.rows)
    cannot_read(channel, "ValueError: the rows have no labels");
  const auto wrong =
      std::ranges::find_if_not(rows.labels, [](float label) { return std::isfinite(label); });
  if (wrong == rows.labels.end()) return;
  cannot_read(channel, "ValueError: the label of row " +
                           std::to_string(wrong - rows.labels.begin() + 1) +
                           " is missing or no finite number");
}

[[noreturn]] void outside(std::size_t row, std::size_t feature, std::size_t columns) {
  throw table::DataError("row " + std::to_string(row + 1) + ": feature " + std::to_string(feature) +
                         " is outside the model's " + std::to_string(columns));
}

std::size_t row_of(const table::Matrix& sparse, std::size_t entry) {
  const auto next = std::ranges::upper_bound(sparse.offsets, entry);
  return static_cast<std::size_t>(next - sparse.offsets.begin()) - 1;
}

// Throws table::DataError for an entry outside.
void widen(table::Matrix& sparse, std::size_t columns) {
  const auto wrong = std::ranges::find_if(
      sparse.indices, [&](std::uint32_t feature) { return feature >= columns; });
  if (wrong != sparse.indices.end())
    outside(row_of(sparse, static_cast<std::size_t>(wrong - sparse.indices.begin())), *wrong,
            columns);
  sparse.columns = columns;
}

// Nothing where every number is finite; else which one is not.
std::optional<std::string> not_finite(const table::Matrix& rows) {
  const auto wrong =
      std::ranges::find_if_not(rows.values, [](float value) { return std::isfinite(value); });
  if (wrong == rows.values.end()) return {};
  const auto at = static_cast<std::size_t>(wrong - rows.values.begin());
  const std::size_t row = rows.sparse ? row_of(rows, at) : at / rows.columns;
  const std::size_t feature = rows.sparse ? rows.indices[at] : at % rows.columns;
  return "row " + std::to_string(row + 1) + ", feature " + std::to_string(feature + 1) + " is " +
         (std::isnan(*wrong) ? "missing or not a number" : "infinite");
}

std::optional<table::Estimate> estimate(const Channel& channel) {
  const ContentType type = parse(channel);
  if (type.name != recordio && type.name != "text/csv") return {};
  const bool is_csv = type.name == "text/csv";
  auto found = table::estimate_rows(
      data_files(channel), {.format = is_csv ? table::Format::csv : table::Format::recordio,
                            .unframed_records = channel.wrapped});
  if (found && is_csv && type.labels == 1) {
    found->columns -= 1;
    found->entries -= found->rows;
  }
  return found;
}

void add(RecordsEstimate& all, const table::Estimate& found, const RecordOptions& options) {
  const double labels = found.rows * sizeof(float);
  const double sparse_bytes =
      found.entries * (sizeof(float) + sizeof(std::uint32_t)) + found.rows * sizeof(std::uint64_t);
  all.rows += found.rows;
  all.bytes += labels;
  if (found.sparse && options.keep_sparse) {
    all.sparse = true;
    all.entries += found.entries;
    all.bytes += sparse_bytes;
    return;
  }
  const double columns =
      options.feature_dim > 0 ? static_cast<double>(options.feature_dim) : found.columns;
  all.entries += found.rows * columns;
  all.bytes += found.rows * columns * sizeof(float) + (found.sparse ? sparse_bytes : 0);
}

}  // namespace

RecordsEstimate estimate_records(const std::vector<Channel>& channels,
                                 const RecordOptions& options) {
  RecordsEstimate all;
  for (const Channel& channel : channels) {
    if (const auto found = estimate(channel)) add(all, *found, options);
  }
  return all;
}

void make_dense(table::Matrix& rows, std::size_t columns) {
  if (!rows.sparse) return;
  std::vector<float> values(rows.rows * columns);
  for (std::size_t row = 0; row < rows.rows; ++row) {
    for (auto entry = rows.offsets[row]; entry < rows.offsets[row + 1]; ++entry) {
      if (rows.indices[entry] >= columns) outside(row, rows.indices[entry], columns);
      values[row * columns + rows.indices[entry]] = rows.values[entry];
    }
  }
  rows = {.rows = rows.rows, .columns = columns, .values = std::move(values)};
}

table::Dataset read_records(const Channel& channel, const RecordOptions& options) {
  try {
    table::Dataset rows = read(channel, options.threads);
    if (rows.features.rows == 0) cannot_read(channel, "ValueError: the channel has no rows");
    const std::size_t columns =
        options.feature_dim > 0 ? options.feature_dim : rows.features.columns;
    check_width(channel, rows, columns);
    if (options.labels == Labels::required) check_labels(channel, rows);
    if (options.keep_sparse && rows.features.sparse)
      widen(rows.features, columns);
    else
      make_dense(rows.features, columns);
    if (const auto wrong = not_finite(rows.features)) cannot_read(channel, "ValueError: " + *wrong);
    return rows;
  } catch (const table::DataError& error) {
    cannot_read(channel, std::string("ValueError: ") + error.what());
  }
}

table::Dataset read_required(const std::vector<Channel>& channels, std::string_view name,
                             const RecordOptions& options) {
  const Channel* const channel = find_channel(channels, name);
  if (channel == nullptr) throw ClientError("Missing required channel: " + std::string(name));
  return read_records(*channel, options);
}

std::optional<table::Dataset> read_optional(const std::vector<Channel>& channels,
                                            std::string_view name, const RecordOptions& options) {
  const Channel* const channel = find_channel(channels, name);
  if (channel == nullptr) return std::nullopt;
  return read_records(*channel, options);
}

const table::Matrix& dense_rows(const table::Matrix& rows, std::size_t columns,
                                table::Matrix& made) {
  const table::Matrix* dense = &rows;
  if (rows.sparse) {
    made = rows;
    try {
      make_dense(made, columns);
    } catch (const table::DataError& error) {
      throw PredictionError(error.what());
    }
    dense = &made;
  }
  if (dense->columns != columns) {
    throw PredictionError("cannot copy sequence with size " + std::to_string(dense->columns) +
                          " to array axis with dimension " + std::to_string(columns));
  }
  if (const auto wrong = not_finite(*dense)) throw PredictionError(*wrong);
  return *dense;
}

}  // namespace millrace::learn
