#include "learn/factorization_machines/train.hpp"

#include "base/text.hpp"
#include "learn/channels.hpp"
#include "learn/factorization_machines/batches.hpp"
#include "learn/factorization_machines/contract.hpp"
#include "learn/factorization_machines/learner.hpp"
#include "learn/factorization_machines/measures.hpp"
#include "learn/factorization_machines/model.hpp"
#include "learn/factorization_machines/settings.hpp"
#include "learn/memory.hpp"
#include "learn/metric_log.hpp"
#include "learn/records.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>

namespace millrace::learn::factorization_machines {
namespace {

// A batch of so many is told of, as by AWS's algorithm.
constexpr std::size_t told_batches = 500;

// Of sparse rows each entry by row and once more by feature, of dense ones the rows; of each weight
// itself and what its steps remember.
double peak_bytes(const RecordsEstimate& rows, const Settings& settings) {
  constexpr double bytes_of_entry = 16;
  constexpr double numbers_of_weight = 3;
  const double bytes =
      rows.sparse ? rows.entries * bytes_of_entry + rows.rows * sizeof(std::uint64_t) : rows.bytes;
  return bytes + numbers_of_weight * sizeof(float) * static_cast<double>(settings.feature_dim) *
                     static_cast<double>(settings.factors + 1);
}

// AWS's algorithm reads no other; CSV in particular is none for sparse rows.
void check_content_types(const std::vector<Channel>& channels) {
  for (const Channel& channel : channels) {
    const std::string_view type = base::trim(channel.content_type);
    if (type.empty() || base::lower(type) == "application/x-recordio-protobuf") continue;
    throw ClientError("No iterator has been registered for ContentType ('" + channel.content_type +
                      "', '1.0')");
  }
}

void check_labels(const table::Dataset& rows, std::string_view channel, Predictor predictor) {
  if (predictor == Predictor::regressor) return;
  const auto wrong =
      std::ranges::find_if(rows.labels, [](float label) { return label != 0 && label != 1; });
  if (wrong == rows.labels.end()) return;
  throw ClientError("The label of row " + std::to_string(wrong - rows.labels.begin() + 1) +
                    " of the channel '" + std::string(channel) +
                    "' is neither 0 nor 1, as a binary_classifier needs them");
}

void prepare(table::Dataset& rows, std::string_view channel, const Settings& settings) {
  check_labels(rows, channel, settings.predictor);
  index_entries(rows.features);
}

std::string named(const Measure& measure) {
  return std::string(measure.name) + " <" + std::string(measure.kind) + ">";
}

void tell(const std::vector<Measure>& measures, const std::string& where,
          const Training& training) {
  for (const Measure& measure : measures)
    training.info(quality_line(where + named(measure), measure.value));
}

class Epochs {
 public:
  Epochs(const table::Dataset& rows, const Settings& settings, const Training& training,
         Parallel& parallel)
      : rows_(rows),
        settings_(settings),
        training_(training),
        batches_(rows.features, settings.mini_batch_size, parallel),
        learner_(rows.features, rows.labels, settings, parallel) {}

  // False when the training is to stop.
  bool pass(std::size_t epoch) {
    const auto began = std::chrono::steady_clock::now();
    Measures all(settings_.predictor);
    for (std::size_t batch = 0; batch < batches_.size(); ++batch) {
      take(epoch, batch, all);
      if (training_.stopped()) return false;
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - began;
    tell(all.of_training(), "epoch=" + std::to_string(epoch) + ", train ", training_);
    training_.info(progress_line(100.0 * static_cast<double>(epoch + 1) /
                                 static_cast<double>(settings_.epochs)));
    training_.info(
        throughput_line(static_cast<double>(rows_.features.rows) / std::max(taken.count(), 1e-9)));
    return true;
  }

  [[nodiscard]] const Machine& machine() const { return learner_.machine(); }

 private:
  void take(std::size_t epoch, std::size_t number, Measures& all) {
    const Batch& batch = batches_.take(number);
    const auto scores = learner_.step(batch);
    const auto labels = std::span(rows_.labels).subspan(batch.first_row, batch.count);
    Measures one(settings_.predictor);
    one.add(scores, labels);
    all.add(scores, labels);
    if (!std::isfinite(one.loss())) {
      throw AlgorithmError("The training diverged in epoch " + std::to_string(epoch) + ", batch " +
                           std::to_string(number) +
                           ": the loss is no finite number. Lower the learning rates");
    }
    if (number % told_batches == 0) {
      tell(one.of_training(),
           "epoch=" + std::to_string(epoch) + ", batch=" + std::to_string(number) + " train ",
           training_);
    }
  }

  const table::Dataset& rows_;
  const Settings& settings_;
  const Training& training_;
  Batches batches_;
  Learner learner_;
};

void measure_test(const table::Dataset& test, const Machine& machine, const Settings& settings,
                  const Training& training, Parallel& parallel) {
  std::vector<float> scores(test.features.rows);
  parallel.split(scores.size(), [&](std::size_t, std::size_t first, std::size_t last) {
    std::vector<float> sums(machine.factors);
    for (std::size_t row = first; row < last; ++row)
      scores[row] = raw_score(machine, entries_of(test.features, row), sums, kernels());
  });
  Measures measures(settings.predictor);
  measures.add(scores, test.labels);
  for (const Measure& measure : measures.of_test())
    training.info(score_line("test", measure.name, measure.value));
  tell(measures.of_test(), "test ", training);
}

}  // namespace

void train(const HyperparameterMap& hyperparameters, const std::vector<Channel>& channels,
           const Training& training) {
  const Settings settings = read_settings(hyperparameters);
  check_channels(contract(), channels);
  check_content_types(channels);
  const RecordOptions options{.feature_dim = settings.feature_dim,
                              .threads = training.threads,
                              .labels = Labels::required,
                              .keep_sparse = true};
  check_peak(peak_bytes(estimate_records(channels, options), settings),
             "train on fewer rows, or reduce num_factors", training);
  table::Dataset rows = read_required(channels, "train", options);
  prepare(rows, "train", settings);
  auto test = read_optional(channels, "test", options);
  if (test) prepare(*test, "test", settings);
  Parallel parallel(training.threads);
  Epochs epochs(rows, settings, training, parallel);
  for (std::size_t epoch = 0; epoch < settings.epochs; ++epoch) {
    if (epochs.pass(epoch)) continue;
    training.info("Stopped in epoch " + std::to_string(epoch) + "; the model so far is kept");
    break;
  }
  if (test) measure_test(*test, epochs.machine(), settings, training, parallel);
  save(training.model_folder, epochs.machine(), settings.predictor);
}

}  // namespace millrace::learn::factorization_machines
