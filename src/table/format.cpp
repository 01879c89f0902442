#include "table/format.hpp"

#include "base/text.hpp"
#include "table/csv.hpp"
#include "table/libsvm.hpp"
#include "table/parquet.hpp"
#include "table/recordio.hpp"

#include <array>
#include <string>
#include <utility>

namespace millrace::table {
namespace {

constexpr auto content_types = std::to_array<std::pair<std::string_view, Format>>({
    {"csv", Format::csv},
    {"libsvm", Format::libsvm},
    {"parquet", Format::parquet},
    {"recordio-protobuf", Format::recordio},
    {"text/csv", Format::csv},
    {"text/libsvm", Format::libsvm},
    {"text/x-libsvm", Format::libsvm},
    {"application/x-parquet", Format::parquet},
    {"application/x-recordio-protobuf", Format::recordio},
});

[[noreturn]] void refuse(std::string_view content_type) {
  std::string message = std::string(content_type) + " is not an accepted ContentType: ";
  for (const auto& [name, format] : content_types) message += std::string(name) + ", ";
  message.replace(message.size() - 2, 2, ".");
  throw DataError(message);
}

// The parameters behind the type: only CSV's label_size means something, and it may only be one.
void check_parameters(std::string_view whole, Format format) {
  const auto pieces = base::split(whole, ';');
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    const std::string_view piece = base::trim(pieces[i]);
    const std::size_t equals = piece.find('=');
    if (format != Format::csv || base::trim(piece.substr(0, equals)) != "label_size") continue;
    if (equals != std::string_view::npos && base::trim(piece.substr(equals + 1)) == "1") continue;
    throw DataError(
        std::string(whole) +
        " is not an accepted csv ContentType. Optional parameter label_size must be equal to 1");
  }
}

Dataset read(std::span<const Input> inputs, const ReadOptions& options) {
  switch (options.format) {
    case Format::csv:
      return read_csv(inputs, {.weight = options.csv_weights, .threads = options.threads});
    case Format::libsvm:
      return read_libsvm(inputs, options.threads);
    case Format::parquet:
      return read_parquet(inputs);
    case Format::recordio:
      return options.unframed_records ? read_unframed_records(inputs)
                                      : read_recordio(inputs, options.threads);
  }
  return {};
}

}  // namespace

Format parse_content_type(std::string_view content_type) {
  if (base::trim(content_type).empty()) return Format::libsvm;
  const std::string lowered = base::lower(content_type);
  const std::string_view type = base::trim(std::string_view(lowered).substr(0, lowered.find(';')));
  for (const auto& [name, format] : content_types) {
    if (type != name) continue;
    check_parameters(lowered, format);
    return format;
  }
  refuse(content_type);
}

std::string_view format_name(Format format) {
  return content_types[static_cast<std::size_t>(format)].first;
}

Dataset read_dataset(std::span<const Input> inputs, const ReadOptions& options) {
  try {
    return read(inputs, options);
  } catch (const DataError& error) {
    throw DataError("Failed to load " + std::string(format_name(options.format)) +
                    " data with exception:\n" + error.what());
  }
}

}  // namespace millrace::table
