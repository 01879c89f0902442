#include "learn/knn/train.hpp"

#include "learn/channels.hpp"
#include "learn/draw.hpp"
#include "learn/knn/contract.hpp"
#include "learn/knn/model.hpp"
#include "learn/knn/packed_set.hpp"
#include "learn/knn/reservoir.hpp"
#include "learn/knn/settings.hpp"
#include "learn/knn/stored_model.hpp"
#include "learn/memory.hpp"
#include "learn/metric_log.hpp"
#include "learn/records.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>

namespace millrace::learn::knn {
namespace {

// Leaves the sampled rows in their places, one after another.
void keep_sample(table::Dataset& rows, const Settings& settings, const Training& training) {
  const std::size_t all = rows.features.rows;
  Draw draw(settings.seed);
  const auto sample = reservoir_sample(all, settings.sample_size, draw);
  const std::size_t columns = rows.features.columns;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    std::copy_n(rows.features.values.data() + sample[i] * columns, columns,
                rows.features.values.data() + i * columns);
    rows.labels[i] = rows.labels[sample[i]];
  }
  rows.features.rows = sample.size();
  rows.features.values.resize(sample.size() * columns);
  rows.labels.resize(sample.size());
  training.info("sampled " + std::to_string(sample.size()) + " of " + std::to_string(all) +
                " rows");
}

void check_k(std::size_t k, std::size_t rows) {
  if (k <= rows) return;
  throw ClientError("The number of neighbors k is " + std::to_string(k) +
                    ", but the sample has only " + std::to_string(rows) + " rows");
}

StoredModel make_model(table::Dataset rows, const Settings& settings,
                       const std::optional<Reduction>& reduction) {
  check_k(settings.plan.k, rows.features.rows);
  StoredModel model{.plan = settings.plan,
                    .columns = reduction ? reduction->plan().target : settings.feature_dim,
                    .labels = std::move(rows.labels)};
  model.columns += settings.plan.padding;
  model.points = reduction || settings.plan.normalize || settings.plan.padding > 0
                     ? points_of(rows_of(rows.features), settings.plan, reduction)
                     : std::move(rows.features.values);
  return model;
}

// Puts the points into lists; nothing of it for the exact index.
void build_index(StoredModel& model, const Settings& settings, const Training& training) {
  if (settings.index == IndexKind::flat) return;
  const Rows rows = model.rows();
  for (std::size_t row = 0; row < rows.count; ++row)
    static_cast<void>(checked_half_norm(rows.row(row), row));
  const ListPlan plan{.lists = settings.lists > 0 ? settings.lists
                                                  : static_cast<std::size_t>(
                                                        std::sqrt(static_cast<double>(rows.count))),
                      .probes = settings.probes,
                      .parts = settings.parts,
                      .seed = settings.seed};
  Parallel parallel(training.threads);
  model.lists = build_lists(rows, model.plan.metric, plan, parallel);
  model.points = std::vector<float>();  // assigning {} would keep its memory
  training.info("put " + std::to_string(rows.count) + " points into " + std::to_string(plan.lists) +
                " lists");
}

double accuracy(std::span<const float> predicted, std::span<const float> labels) {
  std::size_t right = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) right += predicted[i] == labels[i] ? 1 : 0;
  return static_cast<double>(right) / static_cast<double>(labels.size());
}

double mean_squared_error(std::span<const float> predicted, std::span<const float> labels) {
  double sum = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double error = static_cast<double>(predicted[i]) - static_cast<double>(labels[i]);
    sum += error * error;
  }
  return sum / static_cast<double>(labels.size());
}

void measure(const table::Dataset& test, const StoredModel& model,
             const std::optional<Reduction>& reduction, const Training& training) {
  const std::vector<float> points = points_of(rows_of(test.features), model.plan, reduction);
  const auto index = make_index(model);
  Parallel parallel(training.threads);
  const std::vector<float> predicted =
      predict_labels({points, test.features.rows, model.columns}, *index, model, parallel);
  if (model.plan.predictor == Predictor::classifier) {
    const double score = accuracy(predicted, test.labels);
    training.info(score_line("test", "accuracy", score));
    training.info(quality_line("test accuracy <score>", score));
    return;
  }
  const double loss = mean_squared_error(predicted, test.labels);
  training.info(score_line("test", "mse", loss));
  training.info(quality_line("test mse <loss>", loss));
}

// The rows, and the sample once more where points are made of it, put into lists, or into an index
// that is measured.
double peak_bytes(const RecordsEstimate& rows, const Settings& settings, bool is_measured) {
  const bool stays = settings.index == IndexKind::flat && !settings.plan.reduction &&
                     !settings.plan.normalize && settings.plan.padding == 0;
  if (stays && !is_measured) return rows.bytes;
  const double sampled = std::min(rows.rows, static_cast<double>(settings.sample_size));
  return rows.bytes + sizeof(float) * sampled * static_cast<double>(settings.feature_dim);
}

// Reads, samples and reduces; what it does is over in one epoch.
StoredModel read_model(const std::vector<Channel>& channels, const Settings& settings,
                       const RecordOptions& options, const std::optional<Reduction>& reduction,
                       const Training& training) {
  const auto began = std::chrono::steady_clock::now();
  table::Dataset rows = read_required(channels, "train", options);
  const auto count = static_cast<double>(rows.features.rows);
  keep_sample(rows, settings, training);
  StoredModel model = make_model(std::move(rows), settings, reduction);
  build_index(model, settings, training);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - began;
  training.info(progress_line(100));
  training.info(throughput_line(count / std::max(taken.count(), 1e-9)));
  return model;
}

}  // namespace

void train(const HyperparameterMap& hyperparameters, const std::vector<Channel>& channels,
           const Training& training) {
  const Settings settings = read_settings(hyperparameters);
  check_channels(contract(), channels);
  const RecordOptions options{
      .feature_dim = settings.feature_dim, .threads = training.threads, .labels = Labels::required};
  check_peak(peak_bytes(estimate_records(channels, options), settings,
                        find_channel(channels, "test") != nullptr),
             "reduce sample_size, or train on fewer rows", training);
  std::optional<Reduction> reduction;
  if (settings.plan.reduction) reduction.emplace(*settings.plan.reduction);
  try {
    const StoredModel model = read_model(channels, settings, options, reduction, training);
    if (!model.lists) check_range(model.rows(), model.plan.metric);
    if (const auto test = read_optional(channels, "test", options))
      measure(*test, model, reduction, training);
    save(training.model_folder, model);
  } catch (const RangeError& error) {
    throw ClientError(error.what());
  }
}

}  // namespace millrace::learn::knn
