// The steps of Factorization Machines by hand-computed cases, beside differences of the loss, and
// by what must hold for any data.
#include "learn/draw.hpp"
#include "learn/factorization_machines/batches.hpp"
#include "learn/factorization_machines/contract.hpp"
#include "learn/factorization_machines/learner.hpp"
#include "learn/factorization_machines/machine.hpp"
#include "learn/factorization_machines/measures.hpp"
#include "learn/factorization_machines/model.hpp"
#include "learn/factorization_machines/settings.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <tuple>

namespace millrace::learn::factorization_machines {
namespace {

// Rows of three entries each; labels 0 and 1.
table::Dataset drawn_rows(std::size_t count, std::size_t columns, std::uint64_t seed) {
  Draw draw(seed);
  table::Dataset rows{.features = {.rows = count, .columns = columns, .sparse = true}};
  rows.features.offsets.push_back(0);
  for (std::size_t row = 0; row < count; ++row) {
    for (const std::size_t column : draw_distinct(draw, 3, columns)) {
      rows.features.indices.push_back(static_cast<std::uint32_t>(column));
      rows.features.values.push_back(static_cast<float>(draw.normal()));
    }
    rows.features.offsets.push_back(rows.features.values.size());
    rows.labels.push_back(static_cast<float>(draw.below(2)));
  }
  return rows;
}

double plain_score(const Machine& machine, const Entries& row) {
  auto sum = static_cast<double>(machine.bias);
  for (std::size_t i = 0; i < row.values.size(); ++i) {
    const auto x = static_cast<double>(row.values[i]);
    sum += static_cast<double>(machine.linear[row.features[i]]) * x;
    for (std::size_t j = i + 1; j < row.values.size(); ++j) {
      for (std::size_t f = 0; f < machine.factors; ++f) {
        sum += static_cast<double>(machine.factor[row.features[i] * machine.factors + f]) *
               static_cast<double>(machine.factor[row.features[j] * machine.factors + f]) * x *
               static_cast<double>(row.values[j]);
      }
    }
  }
  return sum;
}

// The mean over the rows of half the squared error, or of the cross entropy.
double plain_loss(const Machine& machine, const table::Dataset& rows, Predictor predictor) {
  double sum = 0;
  for (std::size_t row = 0; row < rows.features.rows; ++row) {
    const double y = plain_score(machine, entries_of(rows.features, row));
    const auto label = static_cast<double>(rows.labels[row]);
    sum += predictor == Predictor::regressor ? (y - label) * (y - label) / 2
                                             : std::log1p(std::exp(y)) - label * y;
  }
  return sum / static_cast<double>(rows.features.rows);
}

Settings small_settings(Predictor predictor, std::size_t columns, std::size_t factors) {
  const Start start{.method = StartMethod::normal, .size = 0.5};
  const TermSettings term{.rate = 0.01F, .decay = 0, .start = start};
  return {.feature_dim = columns,
          .factors = factors,
          .predictor = predictor,
          .mini_batch_size = 50,
          .bias = term,
          .linear = term,
          .factor = term,
          .seed = 1};
}

TEST(Machine, ScoresPairsByHand) {
  const Machine machine{
      .features = 3, .factors = 2, .bias = 0.5F, .linear = {1, 2, 3}, .factor = {1, 2, 3, 4, 5, 6}};
  const std::vector<std::uint32_t> features = {0, 2};
  const std::vector<float> values = {2, -1};
  std::vector<float> sums(2);
  // 0.5 + 1 * 2 - 3 * 1 + (1 * 5 + 2 * 6) * 2 * -1
  EXPECT_FLOAT_EQ(raw_score(machine, {features, values}, sums, kernels()), -34.5F);
  EXPECT_EQ(sums, (std::vector<float>{2 - 5, 4 - 6}));
}

TEST(Machine, ScoresAsPlainLoopsDo) {
  const table::Dataset rows = drawn_rows(40, 12, 1);
  Parallel parallel(1);
  for (const std::size_t factors : {1, 5, 16, 37}) {
    const Machine machine =
        first_machine(small_settings(Predictor::regressor, 12, factors), parallel);
    std::vector<float> sums(factors);
    for (std::size_t row = 0; row < 40; ++row) {
      const Entries entries = entries_of(rows.features, row);
      EXPECT_NEAR(raw_score(machine, entries, sums, kernels()), plain_score(machine, entries),
                  1e-4);
    }
  }
}

TEST(Machine, TakesDenseRowsWithoutTheirZeros) {
  table::Matrix rows{.rows = 2, .columns = 3, .values = {0, 5, 6, 0, 0, 0}};
  make_sparse(rows);
  EXPECT_TRUE(rows.sparse);
  EXPECT_EQ(rows.offsets, (std::vector<std::uint64_t>{0, 2, 2}));
  EXPECT_EQ(rows.indices, (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(rows.values, (std::vector<float>{5, 6}));
}

// A column of zeros is none of the features that its batch has.
TEST(Batches, OfDenseRowsAreTurnedOneByOne) {
  table::Matrix rows{.rows = 3, .columns = 3, .values = {1, 0, 2, 3, 0, 4, 5, 6, 7}};
  index_entries(rows);
  ASSERT_FALSE(rows.sparse);
  EXPECT_EQ(rows.indices, (std::vector<std::uint32_t>{0, 1, 2}));
  Parallel parallel(2);
  Batches batches(rows, 2, parallel);
  ASSERT_EQ(batches.size(), 2U);
  const Batch& first = batches.take(0);
  EXPECT_EQ(first.features, (std::vector<std::uint32_t>{0, 2}));
  EXPECT_EQ(first.offsets, (std::vector<std::uint32_t>{0, 2, 4}));
  EXPECT_EQ(first.rows, (std::vector<std::uint32_t>{0, 1, 0, 1}));
  EXPECT_EQ(first.values, (std::vector<float>{1, 3, 2, 4}));
  const Batch& last = batches.take(1);
  EXPECT_EQ(last.first_row, 2U);
  EXPECT_EQ(last.count, 1U);
  EXPECT_EQ(last.values, (std::vector<float>{5, 6, 7}));
}

TEST(Batches, HoldEveryEntryByItsFeature) {
  const table::Dataset rows = drawn_rows(25, 9, 2);
  Parallel parallel(2);
  const auto batches = make_batches(rows.features, 10, parallel);
  ASSERT_EQ(batches.size(), 3U);
  EXPECT_EQ(batches[2].count, 5U);
  std::vector<std::tuple<std::size_t, std::uint32_t, float>> by_row;
  std::vector<std::tuple<std::size_t, std::uint32_t, float>> by_feature;
  for (std::size_t row = 0; row < 25; ++row) {
    const Entries entries = entries_of(rows.features, row);
    for (std::size_t i = 0; i < entries.values.size(); ++i)
      by_row.emplace_back(row, entries.features[i], entries.values[i]);
  }
  for (const Batch& batch : batches) {
    for (std::size_t i = 0; i < batch.features.size(); ++i) {
      for (std::size_t entry = batch.offsets[i]; entry < batch.offsets[i + 1]; ++entry)
        by_feature.emplace_back(batch.first_row + batch.rows[entry], batch.features[i],
                                batch.values[entry]);
    }
  }
  std::ranges::sort(by_row);
  std::ranges::sort(by_feature);
  EXPECT_EQ(by_row, by_feature);
}

// With a large epsilon Adam's first step is `rate` sqrt(1 - 0.999) / epsilon times the gradient;
// rates that undo this leave the gradient itself as the difference.
void expect_gradients(Predictor predictor) {
  constexpr float epsilon = 1e4F;
  const table::Dataset rows = drawn_rows(30, 6, 3);
  Settings settings = small_settings(predictor, 6, 3);
  settings.epsilon = epsilon;
  const float rate = epsilon / std::sqrt(0.001F);
  settings.bias.rate = settings.linear.rate = settings.factor.rate = rate;
  Parallel parallel(1);
  Learner learner(rows.features, rows.labels, settings, parallel);
  const Machine before = learner.machine();
  learner.step(make_batches(rows.features, 50, parallel)[0]);
  const auto expect = [&](auto weight_of) {
    Machine moved = before;
    constexpr float width = 1.0F / 1024;
    weight_of(moved) += width;
    const double more = plain_loss(moved, rows, predictor);
    weight_of(moved) -= 2 * width;
    const double less = plain_loss(moved, rows, predictor);
    Machine first = before;
    Machine after = learner.machine();
    EXPECT_NEAR(weight_of(first) - weight_of(after), (more - less) / (2 * width), 2e-3);
  };
  expect([](Machine& machine) -> float& { return machine.bias; });
  for (std::size_t i = 0; i < 6; ++i)
    expect([&](Machine& machine) -> float& { return machine.linear[i]; });
  for (std::size_t i = 0; i < 18; ++i)
    expect([&](Machine& machine) -> float& { return machine.factor[i]; });
}

TEST(Learner, FollowsTheGradientOfTheLoss) {
  expect_gradients(Predictor::regressor);
  expect_gradients(Predictor::binary_classifier);
}

// One row of one feature x = 2 with label 3: y = 1 + 0.5 * 2 = 2, its slope -1. Adam's first step
// is the rate against the gradient's sign, where epsilon does not count.
TEST(Learner, StepsByHand) {
  const table::Dataset rows{.features = {.rows = 1,
                                         .columns = 2,
                                         .sparse = true,
                                         .values = {2},
                                         .offsets = {0, 1},
                                         .indices = {1}},
                            .labels = {3}};
  Settings settings = small_settings(Predictor::regressor, 2, 1);
  settings.bias = {.rate = 0.1F, .start = Start{.method = StartMethod::constant, .size = 1}};
  settings.linear = {.rate = 0.2F, .start = Start{.method = StartMethod::constant, .size = 0.5}};
  settings.factor = {.rate = 0.3F, .start = Start{.method = StartMethod::constant, .size = 0.25}};
  Parallel parallel(1);
  Learner learner(rows.features, rows.labels, settings, parallel);
  EXPECT_EQ(learner.step(make_batches(rows.features, 50, parallel)[0])[0], 2);
  EXPECT_NEAR(learner.machine().bias, 1.1, 1e-5);
  EXPECT_NEAR(learner.machine().linear[1], 0.7, 1e-5);
  EXPECT_EQ(learner.machine().linear[0], 0.5F);
  // A feature alone interacts with nothing, one that is not there does not move.
  EXPECT_EQ(learner.machine().factor, (std::vector<float>{0.25F, 0.25F}));
}

// With zeros among the numbers, and a column of nothing else in one of the batches.
TEST(Learner, GivesTheSameFromDenseAndFromSparseRows) {
  Draw draw(9);
  table::Dataset dense{.features = {.rows = 50, .columns = 7}};
  for (std::size_t i = 0; i < 350; ++i) {
    const bool is_zero = draw.uniform() < 0.3 || (i % 7 == 3 && i < 140);
    dense.features.values.push_back(is_zero ? 0.0F : static_cast<float>(draw.normal()));
  }
  for (std::size_t row = 0; row < 50; ++row) dense.labels.push_back(row % 3 == 0 ? 1 : 0);
  table::Dataset sparse = dense;
  index_entries(dense.features);
  make_sparse(sparse.features);
  ASSERT_FALSE(dense.features.sparse);
  const auto learned = [](const table::Dataset& rows) {
    Parallel parallel(2);
    Learner learner(rows.features, rows.labels, small_settings(Predictor::binary_classifier, 7, 5),
                    parallel);
    Batches batches(rows.features, 20, parallel);
    for (int epoch = 0; epoch < 3; ++epoch) {
      for (std::size_t batch = 0; batch < batches.size(); ++batch)
        learner.step(batches.take(batch));
    }
    return learner.machine();
  };
  const Machine one = learned(dense);
  const Machine other = learned(sparse);
  EXPECT_EQ(one.linear, other.linear);
  for (std::size_t i = 0; i < one.factor.size(); ++i)
    EXPECT_NEAR(one.factor[i], other.factor[i], 1e-6);
}

TEST(Learner, GivesTheSameOnAnyNumberOfThreads) {
  const table::Dataset rows = drawn_rows(700, 300, 4);
  const auto learned = [&](int threads, std::uint64_t seed) {
    Settings settings = small_settings(Predictor::binary_classifier, 300, 20);
    settings.mini_batch_size = 200;
    settings.seed = seed;
    Parallel parallel(threads);
    Learner learner(rows.features, rows.labels, settings, parallel);
    for (const Batch& batch : make_batches(rows.features, 200, parallel)) learner.step(batch);
    return learner.machine().factor;
  };
  EXPECT_EQ(learned(1, 7), learned(3, 7));
  EXPECT_NE(learned(1, 7), learned(1, 8));
}

// y = x_0 x_1 is no linear function.
TEST(Learner, LearnsAProductOfFeatures) {
  Draw draw(5);
  table::Dataset rows{.features = {.rows = 400, .columns = 3}};
  for (std::size_t row = 0; row < 400; ++row) {
    for (std::size_t i = 0; i < 3; ++i)
      rows.features.values.push_back(static_cast<float>(draw.normal()));
    rows.labels.push_back(rows.features.values[3 * row] * rows.features.values[3 * row + 1]);
  }
  index_entries(rows.features);
  Parallel parallel(2);
  Learner learner(rows.features, rows.labels, small_settings(Predictor::regressor, 3, 4), parallel);
  Batches batches(rows.features, 50, parallel);
  for (int epoch = 0; epoch < 300; ++epoch) {
    for (std::size_t batch = 0; batch < batches.size(); ++batch) learner.step(batches.take(batch));
  }
  EXPECT_LT(plain_loss(learner.machine(), rows, Predictor::regressor), 1e-3);
}

TEST(FirstMachine, BeginsAsTheSettingsHaveIt) {
  Settings settings = small_settings(Predictor::regressor, 20000, 4);
  settings.linear.start = {.method = StartMethod::uniform, .size = 2};
  Parallel parallel(2);
  const Machine machine = first_machine(settings, parallel);
  double sum = 0;
  double squares = 0;
  for (const float value : machine.factor) {
    sum += static_cast<double>(value);
    squares += static_cast<double>(value * value);
  }
  EXPECT_NEAR(sum / 80000, 0, 0.01);
  EXPECT_NEAR(std::sqrt(squares / 80000), 0.5, 0.01);
  EXPECT_NEAR(std::ranges::min(machine.linear), -2, 0.01);
  EXPECT_NEAR(std::ranges::max(machine.linear), 2, 0.01);
}

std::vector<double> values_of(const std::vector<Measure>& measures) {
  std::vector<double> values;
  for (const Measure& measure : measures) values.push_back(measure.value);
  return values;
}

TEST(Measures, AreThoseComputedByHand) {
  Measures regression(Predictor::regressor);
  regression.add(std::vector<float>{1, 2}, std::vector<float>{4, 6});
  EXPECT_EQ(values_of(regression.of_training()), (std::vector<double>{std::sqrt(12.5), 12.5, 3.5}));
  EXPECT_EQ(regression.of_test().size(), 1U);
  Measures classes(Predictor::binary_classifier);
  classes.add(std::vector<float>{0, -1, 2, 800}, std::vector<float>{1, 1, 1, 0});
  const auto values = values_of(classes.of_test());
  EXPECT_EQ(values[0], 0.5);
  EXPECT_NEAR(values[1],
              (std::log(2) + std::log1p(std::exp(1)) + std::log1p(std::exp(-2)) + 800) / 4, 1e-9);
  EXPECT_EQ(values[2], 2.0 * 2 / (2 * 2 + 1 + 1));
}

TEST(Model, AnswersAfterItWasSaved) {
  const auto folder =
      std::filesystem::path(testing::TempDir()) / ("machines." + std::to_string(getpid()));
  const Machine machine{
      .features = 2, .factors = 1, .bias = -1, .linear = {1, 0}, .factor = {2, 0.5F}};
  save(folder, machine, Predictor::binary_classifier);
  const auto model = load_model(folder);
  std::filesystem::remove_all(folder);
  std::vector<float> answer(4);
  model->predict({.rows = 2, .columns = 2, .values = {1, 1, 0, 1}}, answer);
  EXPECT_FLOAT_EQ(answer[0], 1 / (1 + std::exp(-1.0F)));  // -1 + 1 + 2 * 0.5
  EXPECT_EQ(answer[1], 1);
  EXPECT_FLOAT_EQ(answer[2], 1 / (1 + std::exp(1.0F)));
  EXPECT_EQ(answer[3], 0);
  EXPECT_THROW(model->predict({.rows = 1, .columns = 3, .values = {1, 1, 1}}, answer),
               PredictionError);
  EXPECT_THROW(model->predict({.rows = 1, .columns = 1, .values = {table::missing}}, answer),
               PredictionError);
}

std::string violation(const HyperparameterMap& further) {
  HyperparameterMap given = {
      {"feature_dim", "5"}, {"num_factors", "2"}, {"predictor_type", "regressor"}};
  for (const auto& [name, value] : further) given[name] = value;
  return check_hyperparameters(contract(), given).value_or("");
}

TEST(Contract, NamesWhatAMethodNeeds) {
  EXPECT_EQ(violation({{"bias_init_method", "uniform"}, {"bias_init_scale", "0.1"}}), "");
  EXPECT_EQ(violation({{"bias_init_method", "uniform"}}),
            "bias_init_scale is required with bias_init_method uniform");
  EXPECT_EQ(violation({{"factors_init_method", "constant"}}),
            "factors_init_value is required with factors_init_method constant");
  EXPECT_EQ(violation({{"_sparse_input", "false"}}), "");
  EXPECT_NE(violation({{"linear_lr", "-1"}}), "");
}

}  // namespace
}  // namespace millrace::learn::factorization_machines
