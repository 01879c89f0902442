#include "learn/pca/train.hpp"

#include "base/text.hpp"
#include "learn/channels.hpp"
#include "learn/hyperparameters.hpp"
#include "learn/memory.hpp"
#include "learn/metric_log.hpp"
#include "learn/pca/components.hpp"
#include "learn/pca/contract.hpp"
#include "learn/pca/model.hpp"
#include "learn/records.hpp"

#include <algorithm>
#include <chrono>
#include <string>

namespace millrace::learn::pca {
namespace {

struct Settings {
  std::size_t feature_dim = 0;
  std::size_t components = 0;
  bool randomized = false;
  bool subtract_mean = true;
  Sketch sketch;
};

bool is_true(std::string_view flag) { return base::lower(flag) == "true" || flag == "1"; }

Settings read_settings(const HyperparameterMap& given, const Training& training) {
  const Hyperparameters values(contract(), given);
  Settings settings{.feature_dim = values.count("feature_dim"),
                    .components = values.count("num_components"),
                    .randomized = values.is("algorithm_mode", "randomized"),
                    .subtract_mean = is_true(values.text("subtract_mean"))};
  constexpr std::size_t usual_extra = 10;
  settings.sketch = {.extra = values.is("extra_components", "-1")
                                  ? std::max(usual_extra, settings.components)
                                  : values.count("extra_components"),
                     .batch_rows = values.count("mini_batch_size"),
                     .seed = values.count("_seed")};
  if (!settings.randomized && given.contains("extra_components"))
    training.info("extra_components has no effect: algorithm_mode is regular");
  return settings;
}

Components find_components(const Rows& rows, const Settings& settings, const Training& training) {
  Parallel parallel(training.threads);
  const auto began = std::chrono::steady_clock::now();
  Components found = settings.randomized
                         ? randomized_components(rows, settings.components, settings.subtract_mean,
                                                 settings.sketch, parallel, training.stopped)
                         : regular_components(rows, settings.components, settings.subtract_mean,
                                              parallel, training.stopped);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - began;
  if (training.stopped())
    training.info("Stopped: the components are those of the rows that were taken until then.");
  else
    training.info(progress_line(100));
  training.info(throughput_line(static_cast<double>(rows.count) / std::max(taken.count(), 1e-9)));
  return found;
}

double square(double value) { return value * value; }

// The mean squared distance of rows from what their projections tell: |x|^2 - |projection|^2, as
// the vectors are orthonormal.
double loss_of(const Rows& rows, const Components& components) {
  std::vector<float> projection(components.singular.size());
  double sum = 0;
  for (std::size_t row = 0; row < rows.count; ++row) {
    const auto values = rows.row(row);
    project(components, values, projection);
    for (std::size_t i = 0; i < values.size(); ++i)
      sum += square(static_cast<double>(values[i]) - static_cast<double>(components.mean[i]));
    for (const float coordinate : projection) sum -= square(static_cast<double>(coordinate));
  }
  return std::max(0.0, sum) / static_cast<double>(rows.count);
}

// The rows, and of each thread a matrix as wide as what the components are found in, which is
// decomposed in two more.
double peak_bytes(const RecordsEstimate& rows, const Settings& settings, int threads) {
  const auto features = static_cast<double>(settings.feature_dim);
  const double width = settings.randomized
                           ? static_cast<double>(settings.components + settings.sketch.extra)
                           : features;
  return rows.bytes + (2 + static_cast<double>(threads)) * width * features * sizeof(double);
}

}  // namespace

void train(const HyperparameterMap& hyperparameters, const std::vector<Channel>& channels,
           const Training& training) {
  const Settings settings = read_settings(hyperparameters, training);
  check_channels(contract(), channels);
  const RecordOptions options{.feature_dim = settings.feature_dim, .threads = training.threads};
  check_peak(peak_bytes(estimate_records(channels, options), settings, training.threads),
             "train on fewer rows or features", training);
  const table::Matrix rows = read_required(channels, "train", options).features;
  const auto test = read_optional(channels, "test", options);
  training.info(std::to_string(rows.columns) + " feature(s) found in 'data'.");
  const Components components = find_components(rows_of(rows), settings, training);
  if (test)
    training.info(quality_line("test mse <loss>", loss_of(rows_of(test->features), components)));
  save_components(training.model_folder, components);
}

}  // namespace millrace::learn::pca
