#include "learn/random_cut_forest/evaluation.hpp"

#include <cmath>
#include <cstddef>

namespace millrace::learn::random_cut_forest {
namespace {

constexpr double deviations = 3;

struct Counts {
  std::size_t true_positives = 0;
  std::size_t false_positives = 0;
  std::size_t false_negatives = 0;
  std::size_t true_negatives = 0;
};

double threshold(std::span<const float> scores) {
  const auto count = static_cast<double>(scores.size());
  double mean = 0;
  for (const float score : scores) mean += static_cast<double>(score) / count;
  double variance = 0;
  for (const float score : scores) {
    const double difference = static_cast<double>(score) - mean;
    variance += difference * difference / count;
  }
  return mean + deviations * std::sqrt(variance);
}

Counts count(std::span<const float> scores, std::span<const float> labels) {
  const double limit = threshold(scores);
  Counts counts;
  for (std::size_t row = 0; row < scores.size(); ++row) {
    const bool found = static_cast<double>(scores[row]) > limit;
    const bool anomaly = labels[row] == 1;
    ++(found ? (anomaly ? counts.true_positives : counts.false_positives)
             : (anomaly ? counts.false_negatives : counts.true_negatives));
  }
  return counts;
}

double ratio(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

double accuracy(std::span<const float> scores, std::span<const float> labels) {
  const Counts counts = count(scores, labels);
  return ratio(counts.true_positives + counts.true_negatives, scores.size());
}

std::vector<Measure> precision_recall_f1(std::span<const float> scores,
                                         std::span<const float> labels) {
  const auto [hits, false_alarms, missed, rest] = count(scores, labels);
  return {{"precision", ratio(hits, hits + false_alarms)},
          {"recall", ratio(hits, hits + missed)},
          {"f1", ratio(2 * hits, 2 * hits + false_alarms + missed)},
          {"negative_precision", ratio(rest, rest + missed)},
          {"negative_recall", ratio(rest, rest + false_alarms)},
          {"negative_f1", ratio(2 * rest, 2 * rest + false_alarms + missed)}};
}

}  // namespace millrace::learn::random_cut_forest
