#include "learn/linear_learner/metrics.hpp"

#include "learn/linear_learner/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace millrace::learn::linear_learner {
namespace {

// How a class fared.
struct Tally {
  double right = 0;
  double predicted = 0;
  double labelled = 0;
};

// How many classes have a higher score; of equal scores the first counts as the highest.
std::size_t rank_of(std::span<const float> scores, std::size_t label) {
  std::size_t rank = 0;
  for (std::size_t other = 0; other < scores.size(); ++other) {
    if (scores[other] > scores[label] || (scores[other] == scores[label] && other < label)) ++rank;
  }
  return rank;
}

// Over the classes that there are, in the labels or in the answers.
double mean_over(const std::vector<Tally>& tallies, double (*value)(const Tally&, double),
                 double beta) {
  double sum = 0;
  double classes = 0;
  for (const Tally& tally : tallies) {
    if (tally.labelled + tally.predicted == 0) continue;
    sum += value(tally, beta);
    ++classes;
  }
  return sum / classes;
}

Confusion confusion_of(const Tally& tally) {
  return {.true_positives = tally.right,
          .false_positives = tally.predicted - tally.right,
          .positives = tally.labelled};
}

}  // namespace

std::string fixed_text(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.3f", value);
  return text;
}

std::vector<Measure> measure_regression(std::span<const float> scores,
                                        std::span<const float> labels) {
  double squares = 0;
  double sizes = 0;
  for (std::size_t row = 0; row < scores.size(); ++row) {
    const double error = static_cast<double>(scores[row]) - static_cast<double>(labels[row]);
    squares += error * error;
    sizes += std::abs(error);
  }
  const auto count = static_cast<double>(scores.size());
  return {{"mse", squares / count, true},
          {"absolute_loss", sizes / count, true},
          {"rmse", std::sqrt(squares / count), true}};
}

double area_under_roc(std::span<const float> scores, std::span<const float> labels) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t row) { return scores[row]; });
  double negatives = 0;
  double positives = 0;
  double pairs = 0;
  for (std::size_t at = 0; at < order.size();) {
    double equal_positives = 0;
    double equal_negatives = 0;
    const float score = scores[order[at]];
    for (; at < order.size() && scores[order[at]] == score; ++at)
      ++(labels[order[at]] > 0.5F ? equal_positives : equal_negatives);
    pairs += equal_positives * (negatives + equal_negatives / 2);
    positives += equal_positives;
    negatives += equal_negatives;
  }
  return positives > 0 && negatives > 0 ? pairs / (positives * negatives) : 0.5;
}

std::vector<Measure> measure_binary(std::span<const float> scores, std::span<const float> labels,
                                    float threshold, double beta) {
  const Confusion confusion = confusion_of(scores, labels, threshold);
  return {{"binary_classification_accuracy", confusion.accuracy()},
          {"binary_f_" + fixed_text(beta), confusion.f_beta(beta)},
          {"precision", confusion.precision()},
          {"recall", confusion.recall()},
          {"roc_auc_score", area_under_roc(scores, labels)}};
}

std::vector<Measure> measure_multiclass(std::span<const float> scores,
                                        std::span<const float> labels,
                                        const MulticlassOptions& options) {
  std::vector<Tally> tallies(options.classes);
  double right = 0;
  double among_first = 0;
  double gain = 0;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    const auto row_scores = scores.subspan(row * options.classes, options.classes);
    const auto label = static_cast<std::size_t>(labels[row]);
    const auto predicted =
        static_cast<std::size_t>(std::ranges::max_element(row_scores) - row_scores.begin());
    const std::size_t rank = rank_of(row_scores, label);
    ++tallies[label].labelled;
    ++tallies[predicted].predicted;
    if (predicted == label) ++tallies[label].right;
    if (rank == 0) ++right;
    if (rank < options.top_k) ++among_first;
    gain += 1 / std::log2(static_cast<double>(rank) + 2);
  }
  const auto count = static_cast<double>(labels.size());
  const auto recall = [](const Tally& tally, double) { return confusion_of(tally).recall(); };
  const auto precision = [](const Tally& tally, double) { return confusion_of(tally).precision(); };
  const auto f_score = [](const Tally& tally, double beta) {
    return confusion_of(tally).f_beta(beta);
  };
  return {{"multiclass_accuracy", right / count},
          {"multiclass_top_k_accuracy_" + std::to_string(options.top_k), among_first / count},
          {"dcg", gain / count},
          {"macro_recall", mean_over(tallies, recall, options.beta)},
          {"macro_precision", mean_over(tallies, precision, options.beta)},
          {"macro_f_" + fixed_text(options.beta), mean_over(tallies, f_score, options.beta)}};
}

}  // namespace millrace::learn::linear_learner
