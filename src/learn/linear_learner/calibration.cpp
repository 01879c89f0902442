#include "learn/linear_learner/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace millrace::learn::linear_learner {
namespace {

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

double value_of(const Confusion& confusion, const Selection& selection) {
  switch (selection.criterion) {
    case Criterion::f_beta:
      return confusion.f_beta(selection.beta);
    case Criterion::precision_at_recall:
      return confusion.recall() >= selection.target_recall
                 ? confusion.precision()
                 : confusion.recall() - selection.target_recall;
    case Criterion::recall_at_precision:
      return confusion.precision() >= selection.target_precision
                 ? confusion.recall()
                 : confusion.precision() - selection.target_precision;
    case Criterion::accuracy:
    case Criterion::loss:
      break;
  }
  return confusion.accuracy();
}

using Scored = std::vector<std::pair<float, bool>>;

// The highest scores first.
Scored sorted(std::span<const float> scores, std::span<const float> labels) {
  Scored rows;
  rows.reserve(scores.size());
  for (std::size_t row = 0; row < scores.size(); ++row)
    rows.emplace_back(scores[row], labels[row] > 0.5F);
  std::ranges::sort(rows, std::greater{}, &std::pair<float, bool>::first);
  return rows;
}

// Between the rows before `next` and those from it on: `usual` if it lies there, else the middle.
float threshold_before(const Scored& rows, std::size_t next, float usual) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  const float above = next > 0 ? rows[next - 1].first : infinity;
  const float below = next < rows.size() ? rows[next].first : -infinity;
  if (usual <= above && usual > below) return usual;
  if (above == infinity) return std::nextafter(below, infinity);
  if (below == -infinity) return above;
  const float middle = below + (above - below) / 2;
  return middle > below ? middle : above;
}

}  // namespace

double Confusion::accuracy() const {
  return ratio(true_positives + negatives - false_positives, positives + negatives);
}

double Confusion::precision() const {
  return ratio(true_positives, true_positives + false_positives);
}

double Confusion::recall() const { return ratio(true_positives, positives); }

double Confusion::f_beta(double beta) const {
  const double square = beta * beta;
  return ratio((1 + square) * true_positives,
               square * positives + true_positives + false_positives);
}

Confusion confusion_of(std::span<const float> scores, std::span<const float> labels,
                       float threshold) {
  Confusion confusion;
  for (std::size_t row = 0; row < scores.size(); ++row) {
    const bool positive = labels[row] > 0.5F;
    ++(positive ? confusion.positives : confusion.negatives);
    if (scores[row] >= threshold)
      ++(positive ? confusion.true_positives : confusion.false_positives);
  }
  return confusion;
}

Calibration calibrate(std::span<const float> scores, std::span<const float> labels,
                      const Selection& selection, float usual) {
  Confusion confusion = confusion_of(scores, labels, usual);
  if (selection.criterion == Criterion::loss)
    return {.threshold = usual, .value = confusion.accuracy()};
  const Scored rows = sorted(scores, labels);
  confusion.true_positives = confusion.false_positives = 0;
  Calibration best{.value = -std::numeric_limits<double>::infinity()};
  for (std::size_t next = 0; next <= rows.size(); ++next) {
    if (next == 0 || next == rows.size() || rows[next].first != rows[next - 1].first) {
      const double value = value_of(confusion, selection);
      if (value >= best.value) {
        const float threshold = threshold_before(rows, next, usual);
        if (value > best.value || std::abs(threshold - usual) < std::abs(best.threshold - usual))
          best = {.threshold = threshold, .value = value};
      }
    }
    if (next < rows.size())
      ++(rows[next].second ? confusion.true_positives : confusion.false_positives);
  }
  return best;
}

}  // namespace millrace::learn::linear_learner
