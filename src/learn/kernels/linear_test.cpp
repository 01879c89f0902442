// The loops of linear models, in every variant that this processor runs, against values computed by
// hand and against plain loops.
#include "learn/draw.hpp"
#include "learn/kernels/kernels.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace millrace::learn {
namespace {

using enum LinearLossKind;

std::vector<float> drawn(std::size_t count, std::uint64_t seed) {
  Draw draw(seed);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(draw.normal());
  return values;
}

struct Case {
  LinearLossKind kind;
  float bound, score, label, weight, loss, slope;
};

// What one row loses, and its slope, in every lane.
void expect_loss(const LinearKernels& kernels, const Case& one) {
  std::vector<float> scores(kernels.lanes, one.score);
  std::vector<float> losses(kernels.lanes, 10);
  const std::vector<float> weights(kernels.lanes, one.weight);
  kernels.losses({.kind = one.kind,
                  .bound = one.bound,
                  .rows = 1,
                  .outputs = 1,
                  .labels = &one.label,
                  .positive_weights = weights.data(),
                  .class_weights = nullptr,
                  .scores = scores.data(),
                  .losses = losses.data()});
  for (std::size_t lane = 0; lane < kernels.lanes; ++lane) {
    EXPECT_NEAR(losses[lane], 10 + one.loss, 2e-6 * (10 + one.loss));
    EXPECT_NEAR(scores[lane], one.slope, 1e-6);
  }
}

TEST(LinearKernels, LosesWhatIsComputedByHand) {
  const std::vector<Case> cases = {
      {squared, 0, 3, 1, 1, 4, 4},
      {squared, 0, -1, 1, 1, 4, -4},
      {absolute, 0, 3, 1, 1, 2, 1},
      {absolute, 0, -1, 1, 1, 2, -1},
      {absolute, 0, 1, 1, 1, 0, 0},
      {insensitive_squared, 0.5F, 3, 1, 1, 2.25F, 3},
      {insensitive_squared, 0.5F, -1, 1, 1, 2.25F, -3},
      {insensitive_squared, 0.5F, 1.25F, 1, 1, 0, 0},
      {insensitive_absolute, 0.5F, 3, 1, 1, 1.5F, 1},
      {insensitive_absolute, 0.5F, -1, 1, 1, 1.5F, -1},
      {insensitive_absolute, 0.5F, 0.75F, 1, 1, 0, 0},
      {quantile, 0.75F, 3, 1, 1, 0.5F, 0.25F},
      {quantile, 0.75F, -1, 1, 1, 1.5F, -0.75F},
      {huber, 1, 1.5F, 1, 1, 0.125F, 0.5F},
      {huber, 1, 4, 1, 1, 2.5F, 1},
      {huber, 2, -4, 1, 1, 8, -2},
      {logistic, 0, 0, 1, 1, 0.693147F, -0.5F},
      {logistic, 0, 0, 0, 1, 0.693147F, 0.5F},
      {logistic, 0, 2, 1, 1, 0.126928F, -0.119203F},
      {logistic, 0, 2, 0, 1, 2.126928F, 0.880797F},
      {logistic, 0, -2, 1, 3, 6.380784F, -2.642391F},
      {logistic, 0, -2, 0, 3, 0.126928F, 0.119203F},
      {logistic, 0, 100, 0, 1, 100, 1},
      {logistic, 0, -100, 1, 1, 100, -1},
      {hinge, 1, 0.25F, 1, 1, 0.75F, -1},
      {hinge, 1, 0.25F, 0, 1, 1.25F, 1},
      {hinge, 1, 2, 1, 1, 0, 0},
      {hinge, 1, -0.5F, 1, 4, 6, -4},
  };
  for (const Kernels* kernels : kernels_of_this_processor()) {
    for (const Case& one : cases) {
      SCOPED_TRACE(std::string(kernels->name) + " loss " +
                   std::to_string(static_cast<int>(one.kind)) + " of " + std::to_string(one.score));
      expect_loss(kernels->linear, one);
    }
  }
}

// Shares 0.5, 0.25, 0.25 of scores log 2, 0, 0.
TEST(LinearKernels, SoftmaxLosesWhatIsComputedByHand) {
  const float label = 1;
  const std::vector<float> class_weights = {1, 2, 1};
  for (const Kernels* kernels : kernels_of_this_processor()) {
    const std::size_t lanes = kernels->linear.lanes;
    std::vector<float> scores(3 * lanes);
    std::fill_n(scores.begin(), lanes, std::log(2.0F));
    std::vector<float> losses(lanes);
    kernels->linear.losses({.kind = softmax,
                            .bound = 0,
                            .rows = 1,
                            .outputs = 3,
                            .labels = &label,
                            .positive_weights = nullptr,
                            .class_weights = class_weights.data(),
                            .scores = scores.data(),
                            .losses = losses.data()});
    EXPECT_NEAR(losses.back(), 2 * std::log(4.0F), 1e-6);
    EXPECT_NEAR(scores[0], 1, 1e-6);
    EXPECT_NEAR(scores[lanes], -1.5, 1e-6);
    EXPECT_NEAR(scores[3 * lanes - 1], 0.5, 1e-6);
  }
}

// Rows in groups of linear_rows must not overflow the product that the logarithm is taken of.
TEST(LinearKernels, LogisticLossOfManyRowsIsTheirSum) {
  const auto drawn_scores = drawn(linear_rows, 3);
  for (const Kernels* kernels : kernels_of_this_processor()) {
    const std::size_t lanes = kernels->linear.lanes;
    std::vector<float> scores, labels;
    double expected = 0;
    for (std::size_t row = 0; row < linear_rows; ++row) {
      scores.insert(scores.end(), lanes, 0.1F * drawn_scores[row]);
      labels.push_back(static_cast<float>(row % 2));
      const double z = static_cast<double>(0.1F * drawn_scores[row]) * (row % 2 == 1 ? 1 : -1);
      expected += std::log1p(std::exp(-z)) * (row % 2 == 1 ? 1.5 : 1);
    }
    const std::vector<float> weights(lanes, 1.5F);
    std::vector<float> losses(lanes);
    kernels->linear.losses({.kind = logistic,
                            .bound = 0,
                            .rows = linear_rows,
                            .outputs = 1,
                            .labels = labels.data(),
                            .positive_weights = weights.data(),
                            .class_weights = nullptr,
                            .scores = scores.data(),
                            .losses = losses.data()});
    EXPECT_NEAR(losses[0], expected, 1e-4);
  }
}

struct Table {
  std::size_t rows = 21, columns = 19, outputs = 3;
  std::vector<float> dense;
  std::vector<float> values;
  std::vector<std::uint64_t> offsets = {0};
  std::vector<std::uint32_t> indices;
};

// Every third number is missing from the sparse form, and 0 in the dense one.
Table make_table() {
  Table table;
  table.dense = drawn(table.rows * table.columns, 1);
  for (std::size_t row = 0; row < table.rows; ++row) {
    for (std::size_t column = 0; column < table.columns; ++column) {
      float& value = table.dense[row * table.columns + column];
      if ((row + column) % 3 == 0) {
        value = 0;
        continue;
      }
      table.values.push_back(value);
      table.indices.push_back(static_cast<std::uint32_t>(column));
    }
    table.offsets.push_back(table.values.size());
  }
  return table;
}

LinearRows dense_rows(const Table& table) {
  return {.values = table.dense.data(),
          .offsets = nullptr,
          .indices = nullptr,
          .columns = table.columns,
          .first = 1,
          .count = table.rows - 1};
}

LinearRows sparse_rows(const Table& table) {
  return {.values = table.values.data(),
          .offsets = table.offsets.data(),
          .indices = table.indices.data(),
          .columns = table.columns,
          .first = 1,
          .count = table.rows - 1};
}

TEST(LinearKernels, ScoreDenseAndSparseRows) {
  const Table table = make_table();
  for (const Kernels* kernels : kernels_of_this_processor()) {
    const std::size_t width = table.outputs * kernels->linear.lanes;
    const auto weights = drawn(table.columns * width, 2);
    const auto biases = drawn(width, 3);
    for (const LinearRows& rows : {dense_rows(table), sparse_rows(table)}) {
      std::vector<float> scores(rows.count * width);
      kernels->linear.scores({.rows = rows,
                              .weights = weights.data(),
                              .biases = biases.data(),
                              .outputs = table.outputs,
                              .scores = scores.data()});
      for (std::size_t row = 0; row < rows.count; ++row) {
        for (std::size_t i = 0; i < width; ++i) {
          double expected = static_cast<double>(biases[i]);
          for (std::size_t column = 0; column < table.columns; ++column)
            expected += static_cast<double>(table.dense[(row + 1) * table.columns + column]) *
                        static_cast<double>(weights[column * width + i]);
          EXPECT_NEAR(scores[row * width + i], expected, 1e-4) << kernels->name;
        }
      }
    }
  }
}

TEST(LinearKernels, AddGradientsOfDenseAndSparseRows) {
  const Table table = make_table();
  for (const Kernels* kernels : kernels_of_this_processor()) {
    const std::size_t width = table.outputs * kernels->linear.lanes;
    const auto slopes = drawn(table.rows * width, 4);
    for (const LinearRows& rows : {dense_rows(table), sparse_rows(table)}) {
      std::vector<float> gradients(table.columns * width, 0.5F);
      std::vector<float> bias_gradients(width, 1);
      kernels->linear.gradients({.rows = rows,
                                 .slopes = slopes.data(),
                                 .outputs = table.outputs,
                                 .gradients = gradients.data(),
                                 .bias_gradients = bias_gradients.data()});
      for (std::size_t i = 0; i < width; ++i) {
        double expected = 1;
        for (std::size_t row = 0; row < rows.count; ++row)
          expected += static_cast<double>(slopes[row * width + i]);
        EXPECT_NEAR(bias_gradients[i], expected, 1e-4) << kernels->name;
      }
      for (std::size_t column = 0; column < table.columns; ++column) {
        for (std::size_t i = 0; i < width; ++i) {
          double expected = 0.5;
          for (std::size_t row = 0; row < rows.count; ++row)
            expected += static_cast<double>(table.dense[(row + 1) * table.columns + column]) *
                        static_cast<double>(slopes[row * width + i]);
          EXPECT_NEAR(gradients[column * width + i], expected, 1e-4) << kernels->name;
        }
      }
    }
  }
}

// One weight in every lane through one step.
struct Step {
  LinearOptimizer optimizer;
  float weight, gradient, first, second, decay, l1;
  float next_weight, next_first, next_second;
};

void expect_step(const LinearKernels& kernels, const Step& step) {
  const auto lanes = [&](float value) { return std::vector<float>(kernels.lanes, value); };
  auto weights = lanes(step.weight), gradients = lanes(step.gradient), first = lanes(step.first),
       second = lanes(step.second);
  const auto rates = lanes(0.1F), decays = lanes(step.decay), l1 = lanes(step.l1);
  kernels.update({.optimizer = step.optimizer,
                  .count = 1,
                  .scale = 0.5F,
                  .weights = weights.data(),
                  .gradients = gradients.data(),
                  .first = first.data(),
                  .second = second.data(),
                  .first_weight = 2,
                  .second_weight = 4,
                  .first_decay = 0.5F,
                  .second_decay = 0.75F,
                  .rates = rates.data(),
                  .weight_decays = decays.data(),
                  .l1 = l1.data()});
  EXPECT_NEAR(weights.back(), step.next_weight, 1e-6);
  EXPECT_NEAR(first.back(), step.next_first, 1e-6);
  EXPECT_NEAR(second.back(), step.next_second, 1e-6);
  EXPECT_EQ(gradients.back(), 0);
}

// The gradient is 0.5 * 4 = 2, and with a decay of 0.5 on a weight of 1 it is 2.5.
TEST(LinearKernels, StepsAsIsComputedByHand) {
  using enum LinearOptimizer;
  const std::vector<Step> steps = {
      // velocity 0.5 * 1 + 2 = 2.5; 1 - 0.1 * 2.5
      {sgd, 1, 4, 1, 0, 0, 0, 0.75F, 2.5F, 0},
      // velocity 0.5 * 1 + 2.5 = 3; 1 - 0.1 * 3
      {sgd, 1, 4, 1, 0, 0.5F, 0, 0.7F, 3, 0},
      // 0.75 less 0.1 * 2
      {sgd, 1, 4, 1, 0, 0, 2, 0.55F, 2.5F, 0},
      // what would change its sign becomes 0
      {sgd, 1, 4, 1, 0, 0, 8, 0, 2.5F, 0},
      {sgd, -1, -4, -1, 0, 0, 8, 0, -2.5F, 0},
      // mean 0.5 * 1 + 0.5 * 2 = 1.5, square 0.75 * 4 + 0.25 * 4 = 4: 0.1 / sqrt(4 * 4) * 2 * 1.5
      {adam, 1, 4, 1, 4, 0, 0, 0.925F, 1.5F, 4},
      // and less 0.1 / 4 * 10
      {adam, 1, 4, 1, 4, 0, 10, 0.675F, 1.5F, 4},
      // square 0.75 * 4 + 0.25 * 4 = 4: 0.1 / 2 * 2
      {rmsprop, 1, 4, 0, 4, 0, 0, 0.9F, 0, 4},
  };
  for (const Kernels* kernels : kernels_of_this_processor()) {
    for (const Step& step : steps) {
      SCOPED_TRACE(std::string(kernels->name) + " to " + std::to_string(step.next_weight));
      expect_step(kernels->linear, step);
    }
  }
}

}  // namespace
}  // namespace millrace::learn
