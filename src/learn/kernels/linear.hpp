// The inner loops of linear models: some models at once over the same rows, a lane of the vectors
// for each model.
#pragma once

#include <cstddef>
#include <cstdint>

namespace millrace::learn {

// Some of a table's rows. Dense: `values` is its first row, `offsets` is null. Sparse: row r has
// the entries offsets[r] to offsets[r + 1] of `values` and `indices`.
struct LinearRows {
  const float* values;
  const std::uint64_t* offsets;
  const std::uint32_t* indices;
  std::size_t columns;
  std::size_t first;
  std::size_t count;
};

// Numbers lie by row or column, then output (one, or a class), then lane.
struct LinearScores {
  LinearRows rows;
  const float* weights;  // columns times outputs times lanes
  const float* biases;   // outputs times lanes
  std::size_t outputs;
  float* scores;  // rows times outputs times lanes
};

// gradients += sum over rows of row[column] * slopes[row]; the same of the biases, with 1 in the
// column's place, unless there is null.
struct LinearGradients {
  LinearRows rows;
  const float* slopes;
  std::size_t outputs;
  float* gradients;
  float* bias_gradients;
};

enum class LinearLossKind : std::uint8_t {
  squared,
  absolute,
  insensitive_squared,
  insensitive_absolute,
  quantile,
  huber,
  logistic,
  hinge,
  softmax,
};

// At most `linear_rows` rows: what they lose, and the slopes of that in the scores' place.
struct LinearLosses {
  LinearLossKind kind;
  float bound;  // the insensitivity, the quantile, Huber's delta, or the margin
  std::size_t rows;
  std::size_t outputs;
  const float* labels;            // 0 and 1 for two classes, the class's number for more
  const float* positive_weights;  // a lane each: of rows with label 1; of two classes alone
  const float* class_weights;     // of softmax alone; may be null
  float* scores;
  float* losses;  // a lane each: the sum over the rows is added
};

inline constexpr std::size_t linear_rows = 64;

enum class LinearOptimizer : std::uint8_t { sgd, adam, rmsprop };

// A step against the gradients times `scale`; these become zero. What has one value a model is a
// lane each.
struct LinearUpdate {
  LinearOptimizer optimizer;
  std::size_t count;  // of weights a lane
  float scale;
  float* weights;
  float* gradients;
  float* first;         // adam: the mean of gradients; sgd: the velocity
  float* second;        // adam, rmsprop: the mean of squared gradients
  float first_weight;   // adam: of the mean, corrected for its start; 1 / (1 - beta_1^t)
  float second_weight;  // 1 / (1 - beta_2^t)
  float first_decay;    // adam: beta_1; sgd: the momentum
  float second_decay;   // adam: beta_2; rmsprop: gamma
  const float* rates;
  const float* weight_decays;
  const float* l1;
};

struct LinearKernels {
  std::size_t lanes;
  void (*scores)(const LinearScores& task);
  void (*gradients)(const LinearGradients& task);
  void (*losses)(const LinearLosses& task);
  void (*update)(const LinearUpdate& task);
};

}  // namespace millrace::learn
