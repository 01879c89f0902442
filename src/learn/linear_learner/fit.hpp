// All models through all epochs, and the best of them: no channels, no files.
#pragma once

#include "learn/algorithm.hpp"
#include "learn/linear_learner/group.hpp"

#include <cstddef>
#include <vector>

namespace millrace::learn::linear_learner {

struct Fitted {
  Weights weights;  // on scaled rows
  Variant variant;
  std::size_t epoch = 0;  // after which they were so
};

// Rows in a drawn order, scaled. Without `validation` the models are compared by what they lose in
// training. `label_factor` is the scale of the labels, for the log. Throws AlgorithmError when all
// models diverge. When stopped, the best so far.
struct Task {
  const Examples& train;
  const Examples* validation = nullptr;
  const Settings& settings;
  double label_factor = 1;
};
[[nodiscard]] Fitted fit(const Task& task, const Training& training, Parallel& parallel);

// The answers (see make_answers) of one model: rows times outputs; and its mean loss.
struct Answers {
  std::vector<float> scores;
  double loss = 0;
};
[[nodiscard]] Answers answers_of(const Examples& examples, const Fitted& fitted,
                                 const GroupOptions& options);

// The mini-batches' size where none is given: 1000, or fewer so that there are some 20 of them.
[[nodiscard]] std::size_t rows_of_a_step(const Settings& settings, std::size_t rows);

[[nodiscard]] GroupOptions group_options(const Settings& settings, const Examples& train);

}  // namespace millrace::learn::linear_learner
