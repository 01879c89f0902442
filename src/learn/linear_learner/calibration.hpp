// The threshold from which on a score means label 1.
#pragma once

#include "learn/linear_learner/settings.hpp"

#include <cstddef>
#include <span>

namespace millrace::learn::linear_learner {

// Of rows that are labelled 1 by a threshold, so many rightly and so many wrongly; and how many
// there are of each label.
struct Confusion {
  double true_positives = 0;
  double false_positives = 0;
  double positives = 0;
  double negatives = 0;

  [[nodiscard]] double accuracy() const;
  [[nodiscard]] double precision() const;  // 0 where no row is labelled 1
  [[nodiscard]] double recall() const;     // 0 where there are no positives
  [[nodiscard]] double f_beta(double beta) const;
};

[[nodiscard]] Confusion confusion_of(std::span<const float> scores, std::span<const float> labels,
                                     float threshold);

struct Calibration {
  float threshold = 0;
  double value = 0;  // of the criterion
};

// The threshold with the best value, of equal ones the nearest to `usual`. With the criterion loss
// it is `usual` itself, and the value is the accuracy. Where no threshold keeps the target, the
// value is negative and the threshold comes as near to the target as can be.
[[nodiscard]] Calibration calibrate(std::span<const float> scores, std::span<const float> labels,
                                    const Selection& selection, float usual);

}  // namespace millrace::learn::linear_learner
