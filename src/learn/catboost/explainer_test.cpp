// Shapley values worked out by hand, with leaves that no training row came to, and of models that
// CatBoost's package wrote (tests/golden/catboost).
#include "learn/catboost/explainer.hpp"

#include "learn/catboost/forest.hpp"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numeric>
#include <string>
#include <vector>

namespace millrace::learn::catboost {
namespace {

using Numbers = std::vector<float>;

// x1 > 2 is asked first and the leaf's second bit, x0 > 0.5 its first. No training row came to the
// last leaf.
StoredModel two_levels() {
  return {.columns = 2,
          .floats = {{.column = 0, .borders = {0.5F}}, {.column = 1, .borders = {2}}},
          .splits = {0, 1},
          .tree_sizes = {2},
          .leaf_values = {1, 10, 100, 0},
          .leaf_weights = {1, 3, 4, 0},
          .bias = {0.25},
          .loss = "RMSE"};
}

Numbers explain(const StoredModel& model, Numbers row) {
  const auto explainer = make_explainer(model);
  const table::Matrix rows{.rows = 1, .columns = row.size(), .values = row};
  Numbers out(explainer->outputs() * (explainer->features() + 1));
  explainer->contributions(rows, out);
  return out;
}

void expect_near(const Numbers& found, const Numbers& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-5) << i;
}

TEST(CatboostExplainer, SharesOutWhatATreeGives) {
  StoredModel model = two_levels();
  model.leaf_values[3] = 1000;
  model.leaf_weights[3] = 2;
  model.scale = 2;
  expect_near(explain(model, {1, 3}), {960.9F, 552.9F, 486.45F});
}

// Nothing known gives 53.875, x1 alone 100, x0 alone 5, both 0.
TEST(CatboostExplainer, TakesLeavesWithoutRowsForNothing) {
  expect_near(explain(two_levels(), {1, 3}), {-74.4375F, 20.5625F, 54.125F});
}

// The empty leaf counts for the mean of the tree's two means, (53.875 - 6.625) / 2.
TEST(CatboostExplainer, TakesLeavesWithoutRowsForTheMeanOfAllClasses) {
  StoredModel model = two_levels();
  model.dimension = 2;
  model.loss = "MultiClass";
  model.leaf_values = {1, -1, 10, -4, 100, -10, 0, 0};
  model.bias = {0, 0};
  const Numbers found = explain(model, {1, 3});
  expect_near({found[0], found[1], found[2]}, {-56.71875F, 26.46875F, 53.875F});
  model.loss = "MultiClassOneVsAll";
  const Numbers alone = explain(model, {1, 3});
  expect_near({alone[0], alone[1], alone[2]}, {-74.4375F, 20.5625F, 53.875F});
}

// The same tree as nodes.
TEST(CatboostExplainer, WalksNodes) {
  StoredModel model = two_levels();
  model.splits = {1, 0, 0, 0, 0, 0, 0};
  model.tree_sizes = {7};
  model.steps = {{1, 2}, {2, 3}, {3, 4}, {0, 0}, {0, 0}, {0, 0}, {0, 0}};
  model.leaf_of_node = {0xffffffff, 0xffffffff, 0xffffffff, 0, 1, 2, 3};
  expect_near(explain(model, {1, 3}), {-74.4375F, 20.5625F, 54.125F});
  expect_near(explain(model, {0, 0}), explain(two_levels(), {0, 0}));
}

// Both conditions are on statistics of the columns 0 and 1 together, which share what they add.
TEST(CatboostExplainer, SharesStatisticsAmongTheirColumns) {
  StoredModel model = two_levels();
  model.floats.clear();
  model.categorical = {0, 1};
  const StatisticTable counted{.kind = StatisticKind::counter,
                               .of = {.columns = {0, 1}, .numbers = {}, .values = {}},
                               .buckets = {{StatisticTable::no_hash, 0}},
                               .counts = {0},
                               .total = 1};
  model.tables = {counted};
  model.statistics = {{.prior = 1, .borders = {0.25F, 0.75F}}};
  expect_near(explain(model, {0, 0}), {-21.9375F, -21.9375F, 54.125F});
}

// x0 tells 1 from 10, of one row and three; x1 tells 1 from 100, of one row and four.
TEST(CatboostExplainer, SaysHowFarSplitsMoveRows) {
  const auto found = make_explainer(two_levels())->importance();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_DOUBLE_EQ(found[0].total_gain, 81.0 * 3 / 4);
  EXPECT_DOUBLE_EQ(found[1].total_gain, 9801.0 * 4 / 5);
  EXPECT_EQ(found[1].splits, 1);
  EXPECT_EQ(found[1].total_cover, 8);
}

TEST(CatboostExplainer, RefusesModelsWithoutWhatItNeeds) {
  StoredModel model = two_levels();
  model.leaf_weights.clear();
  EXPECT_THROW(static_cast<void>(make_explainer(model)), ModelError);
  model.leaf_weights = {0, 0, 0, 0};
  EXPECT_THROW(static_cast<void>(make_explainer(model)), ModelError);
  model = two_levels();
  model.leaf_values[3] = 1;
  EXPECT_THROW(static_cast<void>(make_explainer(model)), ModelError);
}

class Explained : public testing::TestWithParam<const char*> {};

// Of rows whose leaves training rows came to, which are all but those of the classes.
TEST_P(Explained, AddsUpToTheSums) {
  const auto path =
      std::filesystem::path(MILLRACE_SOURCE_DIR) / "tests/golden/catboost" / GetParam();
  std::ifstream file(path, std::ios::binary);
  const StoredModel model = read_model(std::string{std::istreambuf_iterator<char>(file), {}});
  const Forest forest(model);
  const Numbers row(forest.columns(), 0.5F);
  const float* const rows[] = {row.data()};
  std::vector<double> sums(forest.dimension());
  forest.sum(rows, sums);
  const Numbers parts = explain(model, row);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const auto begin = parts.begin() + static_cast<std::ptrdiff_t>(i * (row.size() + 1));
    const double sum =
        std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(row.size() + 1), 0.0);
    EXPECT_NEAR(sum, sums[i], 1e-5);
  }
}

INSTANTIATE_TEST_SUITE_P(Catboost, Explained,
                         testing::Values("two_classes.cbm", "one_vs_all.cbm", "regression.cbm",
                                         "missing_above.cbm", "depthwise.cbm", "lossguide.cbm",
                                         "categories.cbm", "category_kinds.cbm"));

}  // namespace
}  // namespace millrace::learn::catboost
