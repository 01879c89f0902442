// Rows with labels as the models see them: in a drawn order, shifted and scaled.
#pragma once

#include "learn/kernels/linear.hpp"
#include "learn/linear_learner/settings.hpp"
#include "learn/parallel.hpp"
#include "table/matrix.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace millrace::learn::linear_learner {

struct Examples {
  table::Matrix features;
  std::vector<float> labels;
  // Of sparse rows alone: what is added to each row, in thought; empty where nothing is.
  std::vector<float> shift;

  [[nodiscard]] std::size_t count() const { return features.rows; }
};

[[nodiscard]] LinearRows rows_of(const Examples& examples, std::size_t first, std::size_t count);

// The same order from the same seed.
void shuffle(Examples& examples, std::uint64_t seed);

// What is seen is (x - mean) * factor, of each feature and of the label.
struct Scaler {
  std::vector<double> means;
  std::vector<double> factors;
  double label_mean = 0;
  double label_factor = 1;
};

// From the first rows, as many as `scaling` says. What does not vary is not scaled.
[[nodiscard]] Scaler measure_scale(const Examples& examples, const Scaling& scaling);

void apply(const Scaler& scaler, Examples& examples, Parallel& parallel);

}  // namespace millrace::learn::linear_learner
