#include "table/estimate.hpp"

#include "table/csv.hpp"
#include "table/libsvm.hpp"
#include "table/parquet.hpp"
#include "table/recordio.hpp"
#include "table/recordio_frames.hpp"

#include <algorithm>
#include <string>

namespace millrace::table {
namespace {

constexpr std::size_t sample_bytes = 256 * 1024;

struct Sample {
  Matrix rows;
  std::size_t bytes = 0;
};

// The whole lines that a file begins with; all of a small one.
std::string first_lines(const Input& input) {
  std::string text(std::min<std::uint64_t>(input.source->size(), sample_bytes), '\0');
  text.resize(input.source->read_at(0, text.data(), text.size()));
  if (text.size() < input.source->size()) text.resize(text.rfind('\n') + 1);
  return text;
}

Sample sample_text(const Input& input, Format format) {
  std::string text = first_lines(input);
  const std::size_t bytes = text.size();
  const base::MemorySource source(std::move(text));
  const Input first{input.name, &source};
  Dataset rows =
      format == Format::csv ? read_csv({&first, 1}, {.label = false}) : read_libsvm({&first, 1}, 1);
  return {std::move(rows.features), bytes};
}

Sample sample_records(const Input& input) {
  FrameReader reader({&input, 1}, sample_bytes);
  FrameBlock block;
  if (!reader.next(block)) return {};
  return {parse_recordio(block.frames()).features, block.used};
}

Sample sample(const Input& input, const ReadOptions& options) {
  if (options.format != Format::recordio) return sample_text(input, options.format);
  if (!options.unframed_records) return sample_records(input);
  return {read_unframed_records({&input, 1}).features,
          static_cast<std::size_t>(input.source->size())};
}

const Input* first_filled(std::span<const Input> inputs) {
  const auto filled =
      std::ranges::find_if(inputs, [](const Input& input) { return input.source->size() > 0; });
  return filled == inputs.end() ? nullptr : &*filled;
}

Estimate shape_of(std::span<const Input> inputs) {
  const ParquetShape shape = parquet_shape(inputs);
  const auto rows = static_cast<double>(shape.rows);
  const auto columns = static_cast<double>(shape.columns);
  return {.rows = rows, .columns = columns, .entries = rows * columns};
}

}  // namespace

std::optional<Estimate> estimate_rows(std::span<const Input> inputs, const ReadOptions& options) {
  const Input* const filled = first_filled(inputs);
  if (filled == nullptr) return {};
  try {
    if (options.format == Format::parquet) return shape_of(inputs);
    const Sample found = sample(*filled, options);
    if (found.rows.rows == 0) return {};
    const double times =
        static_cast<double>(total_bytes(inputs)) / static_cast<double>(found.bytes);
    return Estimate{.rows = times * static_cast<double>(found.rows.rows),
                    .columns = static_cast<double>(found.rows.columns),
                    .entries = times * static_cast<double>(found.rows.values.size()),
                    .sparse = found.rows.sparse};
  } catch (const DataError&) {
    return {};
  }
}

double estimate_lines(std::span<const Input> inputs) {
  const Input* const filled = first_filled(inputs);
  if (filled == nullptr) return 0;
  const std::string text = first_lines(*filled);
  const auto lines = static_cast<double>(std::ranges::count(text, '\n'));
  return static_cast<double>(total_bytes(inputs)) * std::max(lines, 1.0) /
         std::max(static_cast<double>(text.size()), 1.0);
}

}  // namespace millrace::table
