#include "learn/xgboost/train.hpp"

#include "learn/channels.hpp"
#include "learn/memory.hpp"
#include "learn/xgboost/boosting.hpp"
#include "learn/xgboost/contract.hpp"
#include "learn/xgboost/labels.hpp"
#include "learn/xgboost/settings.hpp"
#include "table/estimate.hpp"
#include "table/format.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace millrace::learn::xgboost {
namespace {

void check_rows(const table::Dataset& rows, const std::string& channel) {
  if (rows.features.rows == 0) {
    const std::string which = channel == "train" ? "training" : channel;
    throw ClientError("No data in " + which + " channel path /opt/ml/input/data/" + channel);
  }
  if (rows.labels.size() != rows.features.rows) {
    throw ClientError("Got input data without labels. Please check the input data set.");
  }
}

table::Dataset read_channel(const Channel& channel, const std::string& content_type,
                            const Settings& settings, int threads) {
  try {
    table::Dataset rows =
        table::read_dataset(data_files(channel), {.format = table::parse_content_type(content_type),
                                                  .csv_weights = settings.csv_weights,
                                                  .unframed_records = channel.wrapped,
                                                  .threads = threads});
    check_rows(rows, channel.name);
    return rows;
  } catch (const table::DataError& error) {
    throw ClientError(error.what());
  }
}

std::optional<table::Estimate> estimate(const Channel& channel, const std::string& content_type,
                                        const Settings& settings) {
  try {
    return table::estimate_rows(data_files(channel),
                                {.format = table::parse_content_type(content_type),
                                 .csv_weights = settings.csv_weights,
                                 .unframed_records = channel.wrapped});
  } catch (const table::DataError& error) {
    throw ClientError(error.what());
  }
}

// Our rows; what the library keeps of each entry, as it came and as its algorithms want it; and the
// library itself. Measured, as its allocations follow from its parameters.
void check_size(const std::vector<Channel>& channels, const std::string& content_type,
                const Settings& settings, const Training& training) {
  constexpr double library_bytes = 32 << 20;
  constexpr double library_bytes_of_entry = 16;
  double bytes = library_bytes;
  for (const Channel& channel : channels) {
    const std::string& type = channel.content_type.empty() ? content_type : channel.content_type;
    const auto found = estimate(channel, type, settings);
    if (!found) continue;
    const double own = found->sparse ? sizeof(float) + sizeof(std::uint32_t) : sizeof(float);
    bytes += found->entries * (own + library_bytes_of_entry);
  }
  check_peak(bytes, "train on fewer rows or features", training);
}

std::vector<Part> read_parts(const std::vector<Channel>& channels, const Settings& settings,
                             const Training& training) {
  check_channels(contract(), channels);
  const std::string& content_type = find_channel(channels, "train")->content_type;
  check_size(channels, content_type, settings, training);
  std::vector<Part> parts;
  for (const char* name : {"train", "validation"}) {
    const Channel* channel = find_channel(channels, name);
    if (!channel) continue;
    const std::string& own = channel->content_type.empty() ? content_type : channel->content_type;
    parts.push_back({name, read_channel(*channel, own, settings, training.threads)});
    check_labels(settings.objective, settings.classes, parts.back().rows.labels);
  }
  return parts;
}

void say_sizes(const std::vector<Part>& parts, const Training& training) {
  const table::Matrix& rows = parts[0].rows.features;
  training.info("Train matrix has " + std::to_string(rows.rows) + " rows and " +
                std::to_string(rows.columns) + " columns");
  if (parts.size() > 1) {
    training.info("Validation matrix has " + std::to_string(parts[1].rows.features.rows) + " rows");
  }
}

// The library does not say where it is.
std::string place_of_infinity(const std::vector<Part>& parts) {
  for (const Part& part : parts) {
    const table::Matrix& rows = part.rows.features;
    const auto found =
        std::ranges::find_if(rows.values, [](float value) { return std::isinf(value); });
    if (found == rows.values.end()) continue;
    const auto at = static_cast<std::size_t>(found - rows.values.begin());
    const auto beyond = std::ranges::upper_bound(rows.offsets, at);
    const std::size_t row = rows.sparse ? static_cast<std::size_t>(beyond - rows.offsets.begin())
                                        : at / rows.columns + 1;
    const std::size_t column = rows.sparse ? rows.indices[at] : at % rows.columns;
    return " (channel " + part.name + ", row " + std::to_string(row) + ", feature " +
           std::to_string(column + 1) + ")";
  }
  return {};
}

// Complaints of the library that AWS counts as the user's.
bool is_users(std::string_view message) {
  constexpr std::array<std::string_view, 12> known = {
      "label must be in [0,1] for logistic regression",
      "label must be in (0, 1) for logistic regression",
      "label must be in [0, num_class)",
      "feature_names mismatch",
      "Check failed: preds.size() == info.labels_.size()",
      "AUC: the dataset only contains pos or neg samples",
      "base_score must be in (0,1)",
      "label must be nonnegative",
      "label must be positive",
      "Parameter reg_lambda should be greater equal to 0",
      "Number of columns does not match number of features",
      "Input data contains `inf`"};
  return std::ranges::any_of(
      known, [&](std::string_view text) { return message.find(text) != std::string_view::npos; });
}

void write_model(const std::filesystem::path& folder, const std::string& bytes) {
  std::filesystem::create_directories(folder);
  std::ofstream file(folder / model_file, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file)
    throw AlgorithmError("the model could not be written to " + (folder / model_file).string());
}

void say_early_stopping(const Settings& settings, const std::vector<Part>& parts,
                        const Training& training) {
  if (!settings.early_stopping_rounds) return;
  if (parts.size() > 1 && !settings.early_stopping_metric.empty()) return;
  training.info(
      "early_stopping_rounds has no effect: it needs a validation channel and eval_metric");
}

// The library does not look at other hosts' rows for these, and would say nothing.
void check_hosts(const Settings& settings, const HyperparameterMap& given, const Hosts& hosts) {
  if (hosts.count == 1) return;
  const auto booster = given.find("booster");
  if (booster != given.end() && booster->second == "gblinear")
    throw ClientError("booster gblinear does not support distributed training");
  if (settings.objective == "survival:cox")
    throw ClientError("objective survival:cox does not support distributed training");
}

// What one process says of the lines of its files, several can only say of the hosts' rows. Those
// that have sparse ones are asked too, as all have to answer.
void check_columns(const std::vector<Part>& parts, const Ring& ring) {
  for (const Part& part : parts) {
    const table::Matrix& rows = part.rows.features;
    constexpr double none = std::numeric_limits<double>::infinity();
    const auto columns = static_cast<double>(rows.columns);
    const double most = ring.largest(rows.sparse ? -none : columns);
    const double least = -ring.largest(rows.sparse ? -none : -columns);
    if (rows.sparse || most == least) continue;
    throw ClientError("The rows of the " + part.name + " channel have " +
                      std::to_string(rows.columns) +
                      " features on this host and another number on others");
  }
}

// Standard output, as everything the container prints.
void print_message(const char* line) { std::printf("%s\n", line); }

}  // namespace

void train(const HyperparameterMap& hyperparameters, const std::vector<Channel>& channels,
           const Training& training) {
  const Settings settings = read_settings(hyperparameters, training.version, training.threads);
  check_hosts(settings, hyperparameters, training.hosts);
  const std::vector<Part> parts = read_parts(channels, settings, training);
  say_sizes(parts, training);
  say_early_stopping(settings, parts, training);
  try {
    print_messages_with(print_message);
    const Ring ring(training.hosts);
    check_columns(parts, ring);
    Boosting boosting(settings, parts, ring);
    boosting.run(training);
    if (ring.leads()) write_model(training.model_folder, boosting.model());
  } catch (const LibraryError& error) {
    if (is_users(error.what())) throw ClientError(error.what() + place_of_infinity(parts));
    throw AlgorithmError(std::string("XGB train call failed with exception:\n ") + error.what());
  }
}

}  // namespace millrace::learn::xgboost
