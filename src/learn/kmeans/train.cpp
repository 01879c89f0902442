#include "learn/kmeans/train.hpp"

#include "base/time.hpp"
#include "learn/channels.hpp"
#include "learn/kmeans/contract.hpp"
#include "learn/kmeans/lloyd.hpp"
#include "learn/kmeans/model.hpp"
#include "learn/kmeans/start.hpp"
#include "learn/kmeans/web_scale.hpp"
#include "learn/memory.hpp"
#include "learn/metric_log.hpp"
#include "learn/records.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <limits>
#include <string>

namespace millrace::learn::kmeans {
namespace {

constexpr std::size_t usual_factor = 10;

std::string fixed_text(double value) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.6f", value);
  return text.data();
}

// How many centers are kept while the rows stream by.
std::size_t streamed_centers(const Settings& settings, std::size_t rows) {
  const std::string k = std::to_string(settings.k);
  if (settings.k > rows) {
    throw ClientError("The number of clusters k is " + k + ", but the training data has only " +
                      std::to_string(rows) + " rows");
  }
  const std::size_t most = rows / settings.k;
  if (!settings.extra_center_factor) return settings.k * std::min(usual_factor, most);
  if (*settings.extra_center_factor > most) {
    throw ClientError("k * extra_center_factor is more than the " + std::to_string(rows) +
                      " rows of the training data: k is " + k + ", extra_center_factor " +
                      std::to_string(*settings.extra_center_factor));
  }
  return settings.k * *settings.extra_center_factor;
}

// The first centers come from as many rows, drawn from all, as a mini-batch has.
StreamedCenters first_streamed(const Rows& rows, const Settings& settings, std::size_t count,
                               Draw& draw) {
  std::vector<float> sample;
  const std::size_t size = std::max(settings.mini_batch_size, count);
  sample.reserve(std::min(size, rows.count) * rows.columns);
  for (const std::size_t row : draw_distinct(draw, size, rows.count))
    sample.insert(sample.end(), rows.row(row).begin(), rows.row(row).end());
  const Rows sampled{sample, sample.size() / rows.columns, rows.columns};
  return {.centers = first_centers(sampled, {}, count, settings.start, draw),
          .weights = std::vector<float>(count)};
}

double seconds_since(std::chrono::steady_clock::time_point began) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

// One epoch; false when the training is to stop.
bool pass(StreamedCenters& state, const Rows& rows, const Settings& settings,
          const Training& training, Parallel& parallel) {
  for (std::size_t row = 0; row < rows.count; row += settings.mini_batch_size) {
    const std::size_t count = std::min(settings.mini_batch_size, rows.count - row);
    absorb(state, rows.part(row, count), settings.half_life, parallel);
    if (training.stopped()) return false;
  }
  return true;
}

void stream(StreamedCenters& state, const Rows& rows, const Settings& settings,
            const Training& training, Parallel& parallel) {
  for (std::size_t epoch = 0; epoch < settings.epochs; ++epoch) {
    const auto began = std::chrono::steady_clock::now();
    if (!pass(state, rows, settings, training, parallel)) {
      training.info("Stopped in epoch " + std::to_string(epoch) + "; the centers so far are kept");
      return;
    }
    training.info("processed a total of " + std::to_string(rows.count) + " examples");
    training.info(progress_line(100.0 * static_cast<double>(epoch + 1) /
                                static_cast<double>(settings.epochs)));
    training.info(
        throughput_line(static_cast<double>(rows.count) / std::max(seconds_since(began), 1e-9)));
  }
}

// Lloyd's procedure on the centers, each as heavy as the rows it took up: the best of some trials.
std::vector<float> shrink(const StreamedCenters& state, std::size_t columns,
                          const Settings& settings, const Training& training, Draw& draw,
                          Parallel& parallel) {
  const Rows points{state.centers, state.weights.size(), columns};
  const auto weighty =
      static_cast<std::size_t>(std::ranges::count_if(state.weights, [](float w) { return w > 0; }));
  if (weighty <= settings.k) return first_centers(points, {}, settings.k, Start::plus_plus, draw);
  training.info("shrinking " + std::to_string(points.count) + " centers into " +
                std::to_string(settings.k));
  LloydResult best{.loss = std::numeric_limits<double>::infinity()};
  for (std::size_t trial = 0; trial < settings.local_trials; ++trial) {
    auto centers = first_centers(points, state.weights, settings.k, settings.local_start, draw);
    LloydResult result =
        lloyd(points, state.weights, std::move(centers), settings.local_lloyd, parallel);
    training.info("local kmeans attempt #" + std::to_string(trial) +
                  ". Current mean square distance " + fixed_text(result.loss));
    if (result.loss < best.loss) best = std::move(result);
  }
  return std::move(best.centers);
}

// Distances are computed as differences of squares, which are exact enough only around zero.
std::vector<float> means_of(const Rows& rows) {
  std::vector<double> sums(rows.columns);
  for (std::size_t row = 0; row < rows.count; ++row) {
    for (std::size_t i = 0; i < rows.columns; ++i)
      sums[i] += static_cast<double>(rows.values[row * rows.columns + i]);
  }
  std::vector<float> means(rows.columns);
  for (std::size_t i = 0; i < rows.columns; ++i)
    means[i] = static_cast<float>(sums[i] / static_cast<double>(rows.count));
  return means;
}

void shift(std::vector<float>& values, std::span<const float> by, float sign) {
  for (std::size_t at = 0; at < values.size(); at += by.size()) {
    for (std::size_t i = 0; i < by.size(); ++i) values[at + i] += sign * by[i];
  }
}

// Only the test channel is measured by the names that were asked for.
void measure(const Rows& rows, const Rows& centers, const Settings& settings,
             const Training& training, Parallel& parallel) {
  const double mean = mean_squared_distance(rows, centers, parallel);
  if (settings.measures_mean) training.info(quality_line("test msd <loss>", mean));
  if (settings.measures_sum)
    training.info(quality_line("test ssd <loss>", mean * static_cast<double>(rows.count)));
}

// The rows, three numbers of each while they are assigned to centers, the rows that are drawn for
// the first of these, and the centers themselves, which a mini-batch moves.
double peak_bytes(const RecordsEstimate& rows, const Settings& settings) {
  const auto centers =
      static_cast<double>(settings.k * settings.extra_center_factor.value_or(usual_factor));
  const double drawn =
      std::min(rows.rows, std::max(static_cast<double>(settings.mini_batch_size), centers));
  return rows.bytes + 3 * sizeof(float) * rows.rows +
         sizeof(float) * (drawn + 2 * centers) * static_cast<double>(settings.feature_dim);
}

}  // namespace

double mean_squared_distance(const Rows& rows, const Rows& centers, Parallel& parallel) {
  const auto nearest = find_nearest(rows, centers, parallel);
  std::vector<double> sums(parallel.threads());
  parallel.split(rows.count, [&](std::size_t thread, std::size_t first, std::size_t last) {
    for (std::size_t row = first; row < last; ++row) {
      sums[thread] += static_cast<double>(kernels().squared_distance(
          rows.row(row).data(), centers.row(nearest[row]).data(), rows.columns));
    }
  });
  double sum = 0;
  for (const double part : sums) sum += part;
  return sum / static_cast<double>(rows.count);
}

std::vector<float> cluster(const Rows& rows, const Settings& settings, const Training& training) {
  Draw draw(settings.seed);
  Parallel parallel(training.threads);
  const std::size_t count = streamed_centers(settings, rows.count);
  StreamedCenters state = first_streamed(rows, settings, count, draw);
  stream(state, rows, settings, training, parallel);
  std::vector<float> centers = shrink(state, rows.columns, settings, training, draw, parallel);
  if (settings.refinements == 0 || training.stopped()) return centers;
  LloydResult refined =
      lloyd(rows, {}, std::move(centers),
            {.most_iterations = settings.refinements, .tolerance = settings.local_lloyd.tolerance},
            parallel);
  return std::move(refined.centers);
}

void train(const HyperparameterMap& hyperparameters, const std::vector<Channel>& channels,
           const Training& training) {
  const Settings settings = read_settings(hyperparameters);
  check_channels(contract(), channels);
  const RecordOptions options{.feature_dim = settings.feature_dim, .threads = training.threads};
  check_peak(peak_bytes(estimate_records(channels, options), settings),
             "train on fewer rows or features", training);
  table::Matrix rows = read_required(channels, "train", options).features;
  auto test = read_optional(channels, "test", options);
  const std::vector<float> means = means_of(rows_of(rows));
  shift(rows.values, means, -1);
  if (test) shift(test->features.values, means, -1);
  std::vector<float> centers = cluster(rows_of(rows), settings, training);
  const Rows found{centers, settings.k, settings.feature_dim};
  Parallel parallel(training.threads);
  training.info(
      quality_line("train msd <loss>", mean_squared_distance(rows_of(rows), found, parallel)));
  if (test) measure(rows_of(test->features), found, settings, training, parallel);
  shift(centers, means, 1);
  save_centers(training.model_folder, centers, settings.feature_dim);
}

}  // namespace millrace::learn::kmeans
