#include "learn/linear_learner/train.hpp"

#include "learn/channels.hpp"
#include "learn/contract_text.hpp"
#include "learn/linear_learner/calibration.hpp"
#include "learn/linear_learner/contract.hpp"
#include "learn/linear_learner/fit.hpp"
#include "learn/linear_learner/metrics.hpp"
#include "learn/linear_learner/model.hpp"
#include "learn/linear_learner/objective.hpp"
#include "learn/memory.hpp"
#include "learn/metric_log.hpp"
#include "learn/records.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

namespace millrace::learn::linear_learner {
namespace {

struct Data {
  Examples train;
  std::optional<Examples> validation;
  std::optional<Examples> test;
};

bool is_label(float label, const Settings& settings) {
  if (settings.predictor == Predictor::regressor) return true;
  const std::size_t classes = settings.predictor == Predictor::binary ? 2 : settings.outputs;
  return label >= 0 && label < static_cast<float>(classes) && label == std::floor(label);
}

void check_labels(std::string_view channel, const Examples& examples, const Settings& settings) {
  for (std::size_t row = 0; row < examples.count(); ++row) {
    if (is_label(examples.labels[row], settings)) continue;
    const bool binary = settings.predictor == Predictor::binary;
    throw ClientError("Channel '" + std::string(channel) + "', row " + std::to_string(row + 1) +
                      ": label " + float_text(static_cast<double>(examples.labels[row])) +
                      (binary
                           ? " is neither 0 nor 1, as predictor_type 'binary_classifier' needs it"
                           : " is no integer from 0 to " + std::to_string(settings.outputs - 1) +
                                 ", as num_classes needs it"));
  }
}

Examples examples_of(table::Dataset data) {
  return {.features = std::move(data.features), .labels = std::move(data.labels)};
}

// The rows, which are twice there while they are shuffled if they are sparse, and two numbers of
// each row and output while it is measured.
double peak_bytes(const RecordsEstimate& rows, const Settings& settings) {
  return rows.bytes * (rows.sparse ? 2 : 1) +
         2 * sizeof(float) * rows.rows * static_cast<double>(settings.outputs);
}

Data read_data(const std::vector<Channel>& channels, const Settings& settings,
               const Training& training) {
  RecordOptions options{.feature_dim = settings.feature_dim.value_or(0),
                        .threads = training.threads,
                        .labels = Labels::required,
                        .keep_sparse = true};
  check_peak(peak_bytes(estimate_records(channels, options), settings),
             "train on fewer rows or features", training);
  Data data{.train = examples_of(read_required(channels, "train", options))};
  options.feature_dim = data.train.features.columns;
  if (options.feature_dim == 0) throw ClientError("The training data has no features");
  check_labels("train", data.train, settings);
  for (const auto& [name, part] :
       {std::pair{"validation", &data.validation}, std::pair{"test", &data.test}}) {
    if (auto rows = read_optional(channels, name, options)) {
      *part = examples_of(std::move(*rows));
      check_labels(name, **part, settings);
    }
  }
  return data;
}

// Of one label alone there is nothing to learn.
void check_classes(const Examples& train, const Settings& settings) {
  if (settings.predictor == Predictor::regressor) return;
  const auto [least, most] = std::ranges::minmax(train.labels);
  if (least == most)
    throw ClientError("The training data has only one class: every label is " +
                      std::to_string(std::lround(least)));
}

Scaler scale(Data& data, const Settings& settings, Parallel& parallel) {
  shuffle(data.train, settings.seed);
  if (data.validation) shuffle(*data.validation, settings.seed);
  const Scaler scaler = measure_scale(data.train, settings.scaling);
  apply(scaler, data.train, parallel);
  if (data.validation) apply(scaler, *data.validation, parallel);
  if (data.test) apply(scaler, *data.test, parallel);
  return scaler;
}

// The weights that do to rows as they come what the model's do to scaled ones.
LinearModel unscale(const Weights& weights, const Scaler& scaler, const Settings& settings) {
  const std::size_t columns = scaler.means.size();
  LinearModel model{.predictor = settings.predictor,
                    .loss = settings.loss.kind,
                    .columns = columns,
                    .weights = std::vector<float>(weights.weights.size()),
                    .biases = std::vector<float>(weights.biases.size())};
  for (std::size_t output = 0; output < settings.outputs; ++output) {
    double bias = static_cast<double>(weights.biases[output]);
    for (std::size_t column = 0; column < columns; ++column) {
      const std::size_t at = output * columns + column;
      const double weight = static_cast<double>(weights.weights[at]) * scaler.factors[column];
      model.weights[at] = static_cast<float>(weight / scaler.label_factor);
      bias -= weight * scaler.means[column];
    }
    model.biases[output] = static_cast<float>(bias / scaler.label_factor + scaler.label_mean);
  }
  return model;
}

// Scores and labels of a part of the data, in the label's own units.
struct Measured {
  Answers answers;
  std::vector<float> labels;
};

class Report {
 public:
  Report(const Settings& settings, const Scaler& scaler, const Training& training,
         const Fitted& fitted, const GroupOptions& options)
      : settings_(settings),
        scaler_(scaler),
        training_(training),
        fitted_(fitted),
        options_(options) {}

  [[nodiscard]] Measured measured(const Examples& examples) const {
    Measured all{.answers = answers_of(examples, fitted_, options_), .labels = examples.labels};
    all.answers.loss =
        in_units_of_label(settings_.loss.kind, all.answers.loss, scaler_.label_factor);
    if (settings_.predictor != Predictor::regressor) return all;
    for (float& score : all.answers.scores) score = in_units(score);
    for (float& label : all.labels) label = in_units(label);
    return all;
  }

  void print(std::string_view part, const Measured& all, float threshold) const {
    std::vector<Measure> measures = measures_of(all, threshold);
    measures.insert(measures.begin(),
                    {std::string(objective_name(settings_.loss.kind)), all.answers.loss, true});
    for (const Measure& measure : measures)
      training_.info(score_line(part, measure.name, measure.value));
    for (const Measure& measure : measures)
      training_.info(quality_line(
          std::string(part) + " " + measure.name + (measure.is_loss ? " <loss>" : " <score>"),
          measure.value));
  }

 private:
  [[nodiscard]] float in_units(float value) const {
    return static_cast<float>(static_cast<double>(value) / scaler_.label_factor +
                              scaler_.label_mean);
  }

  [[nodiscard]] std::vector<Measure> measures_of(const Measured& all, float threshold) const {
    const std::vector<float>& scores = all.answers.scores;
    switch (settings_.predictor) {
      case Predictor::regressor:
        return measure_regression(scores, all.labels);
      case Predictor::binary:
        return measure_binary(scores, all.labels, threshold, settings_.metric_beta);
      case Predictor::multiclass:
        break;
    }
    return measure_multiclass(
        scores, all.labels,
        {.classes = settings_.outputs, .top_k = settings_.top_k, .beta = settings_.metric_beta});
  }

  const Settings& settings_;
  const Scaler& scaler_;
  const Training& training_;
  const Fitted& fitted_;
  const GroupOptions& options_;
};

float threshold_of(const Measured& all, const Settings& settings) {
  if (settings.predictor != Predictor::binary) return 0;
  const std::size_t rows = std::min(all.labels.size(), settings.calibration_rows);
  return calibrate(std::span(all.answers.scores).first(rows), std::span(all.labels).first(rows),
                   settings.selection, usual_threshold(settings.loss.kind))
      .threshold;
}

std::string_view name_of(LinearOptimizer optimizer) {
  switch (optimizer) {
    case LinearOptimizer::sgd:
      return "sgd";
    case LinearOptimizer::rmsprop:
      return "rmsprop";
    case LinearOptimizer::adam:
      break;
  }
  return "adam";
}

std::string describe(const Variant& variant, const GroupOptions& options) {
  std::string text = "Best model found for hyperparameters: {\"optimizer\": \"" +
                     std::string(name_of(options.steps.optimizer)) + "\"";
  const auto add = [&](std::string_view name, const std::string& value) {
    text += ", \"" + std::string(name) + "\": " + value;
  };
  add("learning_rate", number_text(variant.learning_rate));
  add("l1", number_text(variant.l1));
  add("wd", number_text(variant.weight_decay));
  if (options.steps.use_schedule) {
    add("lr_scheduler_step", std::to_string(options.schedule.step));
    add("lr_scheduler_factor", number_text(options.schedule.factor));
    add("lr_scheduler_minimum_lr", number_text(options.schedule.least));
  }
  if (variant.positive_weight != 1)
    add("positive_example_weight_mult", number_text(variant.positive_weight));
  return text + "}";
}

}  // namespace

void train(const HyperparameterMap& hyperparameters, const std::vector<Channel>& channels,
           const Training& training) {
  const Settings settings = read_settings(hyperparameters);
  check_channels(contract(), channels);
  Data data = read_data(channels, settings, training);
  check_classes(data.train, settings);
  Parallel parallel(training.threads);
  const Scaler scaler = scale(data, settings, parallel);
  const Task task{.train = data.train,
                  .validation = data.validation ? &*data.validation : nullptr,
                  .settings = settings,
                  .label_factor = scaler.label_factor};
  const Fitted fitted = fit(task, training, parallel);
  const GroupOptions options = group_options(settings, data.train);
  const Report report(settings, scaler, training, fitted, options);
  const Measured trained = report.measured(data.train);
  std::optional<Measured> validated;
  if (data.validation) validated = report.measured(*data.validation);
  LinearModel model = unscale(fitted.weights, scaler, settings);
  model.threshold = threshold_of(validated ? *validated : trained, settings);
  report.print("train", trained, model.threshold);
  if (validated) report.print("validation", *validated, model.threshold);
  training.info(describe(fitted.variant, options));
  if (data.test) {
    report.print("test", report.measured(*data.test), model.threshold);
  } else {
    training.info("Test data is not provided.");
  }
  save_model(training.model_folder, model);
}

}  // namespace millrace::learn::linear_learner
