#include "learn/xgboost/metrics.hpp"

#include "learn/algorithm.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace millrace::learn::xgboost {
namespace {

// Counts of one class, over all rows.
struct Counts {
  double labelled = 0;
  double predicted = 0;
  double both = 0;
};

struct Confusion {
  std::map<int, Counts> classes;
  double rows = 0;
  double right = 0;
};

std::size_t largest(std::span<const float> margins) {
  return static_cast<std::size_t>(std::ranges::max_element(margins) - margins.begin());
}

// Labels beyond any class stay apart from all classes.
int to_class(float label) { return static_cast<int>(std::clamp(label, -1e9F, 1e9F)); }

int predicted_class(const Predictions& predictions, std::size_t row) {
  const std::size_t width = predictions.margins.size() / predictions.labels.size();
  const std::span<const float> margins = predictions.margins.subspan(row * width, width);
  return width > 1 ? static_cast<int>(largest(margins)) : static_cast<int>(margins[0] > 0);
}

Confusion count(const Predictions& predictions) {
  Confusion confusion{.rows = static_cast<double>(predictions.labels.size())};
  for (std::size_t row = 0; row < predictions.labels.size(); ++row) {
    const int label = to_class(predictions.labels[row]);
    const int guess = predicted_class(predictions, row);
    ++confusion.classes[label].labelled;
    ++confusion.classes[guess].predicted;
    if (label != guess) continue;
    ++confusion.classes[label].both;
    ++confusion.right;
  }
  return confusion;
}

double ratio(double part, double whole) { return whole == 0 ? 0 : part / whole; }
double precision(const Counts& counts) { return ratio(counts.both, counts.predicted); }
double recall(const Counts& counts) { return ratio(counts.both, counts.labelled); }
double f1(const Counts& counts) {
  return ratio(2 * counts.both, counts.labelled + counts.predicted);
}

using Score = double (*)(const Counts&);

double mean_over_classes(const Confusion& confusion, Score score) {
  double sum = 0;
  for (const auto& [name, counts] : confusion.classes) sum += score(counts);
  return ratio(sum, static_cast<double>(confusion.classes.size()));
}

double of_class_one(const Confusion& confusion, Score score) {
  if (confusion.classes.size() > 2) {
    throw ClientError(
        "Target is multiclass but average='binary'. Please choose another average setting, one of "
        "[None, 'micro', "
        "'macro', 'weighted'].");
  }
  const auto found = confusion.classes.find(1);
  return found == confusion.classes.end() ? 0 : score(found->second);
}

// The mean recall of the classes that occur among the labels.
double balanced_accuracy(const Confusion& confusion) {
  double sum = 0;
  double classes = 0;
  for (const auto& [name, counts] : confusion.classes) {
    if (counts.labelled == 0) continue;
    sum += recall(counts);
    ++classes;
  }
  return ratio(sum, classes);
}

double squared_error(const Predictions& predictions) {
  double sum = 0;
  for (std::size_t row = 0; row < predictions.labels.size(); ++row) {
    const double error = static_cast<double>(predictions.labels[row]) - predictions.values[row];
    sum += error * error;
  }
  return sum;
}

double mean_squared_error(const Predictions& predictions) {
  return ratio(squared_error(predictions), static_cast<double>(predictions.labels.size()));
}

double r2(const Predictions& predictions) {
  double mean = 0;
  for (const float label : predictions.labels) mean += label;
  mean = ratio(mean, static_cast<double>(predictions.labels.size()));
  double variation = 0;
  for (const float label : predictions.labels) variation += (label - mean) * (label - mean);
  const double error = squared_error(predictions);
  if (variation == 0) return error == 0 ? 1 : 0;
  return 1 - error / variation;
}

using Metric = double (*)(const Predictions&);

template <Score score>
double macro(const Predictions& predictions) {
  return mean_over_classes(count(predictions), score);
}
template <Score score>
double binary(const Predictions& predictions) {
  return of_class_one(count(predictions), score);
}
// Over all classes together, precision and recall are both the share of right answers.
double accuracy(const Predictions& predictions) {
  const Confusion confusion = count(predictions);
  return ratio(confusion.right, confusion.rows);
}
double balanced(const Predictions& predictions) { return balanced_accuracy(count(predictions)); }

constexpr auto metrics = std::to_array<std::pair<std::string_view, Metric>>({
    {"accuracy", accuracy},
    {"balanced_accuracy", balanced},
    {"f1", macro<f1>},
    {"f1_binary", binary<f1>},
    {"f1_macro", macro<f1>},
    {"mse", mean_squared_error},
    {"precision", binary<precision>},
    {"precision_macro", macro<precision>},
    {"precision_micro", accuracy},
    {"r2", r2},
    {"recall", binary<recall>},
    {"recall_macro", macro<recall>},
    {"recall_micro", accuracy},
});

Metric find(std::string_view name) {
  const auto found = std::ranges::find(metrics, name, &std::pair<std::string_view, Metric>::first);
  return found == metrics.end() ? nullptr : found->second;
}

}  // namespace

bool is_added_metric(std::string_view name) { return find(name) != nullptr; }

double added_metric(std::string_view name, const Predictions& predictions) {
  return predictions.labels.empty() ? 0 : find(name)(predictions);
}

}  // namespace millrace::learn::xgboost
