// Models that CatBoost's package wrote (tests/golden/catboost), trees walked by hand, and what
// damaged models are told; training needs the package and is tested through the program.
#include "learn/algorithm.hpp"
#include "learn/catboost/contract.hpp"
#include "learn/catboost/forest.hpp"
#include "learn/catboost/model.hpp"
#include "learn/catboost/settings.hpp"
#include "table/csv.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

namespace millrace::learn::catboost {
namespace {

const std::filesystem::path golden =
    std::filesystem::path(MILLRACE_SOURCE_DIR) / "tests/golden/catboost";

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

table::Matrix rows_of(const std::string& file) {
  std::string text = read(golden / file);
  text.pop_back();
  return table::parse_csv(text);
}

std::vector<double> numbers_of(const std::string& file) {
  std::vector<double> numbers;
  std::string text = read(golden / file);
  for (char& letter : text) letter = letter == ',' ? '\n' : letter;
  const char* at = text.c_str();
  for (char* end = nullptr; *at; at = end + 1) numbers.push_back(std::strtod(at, &end));
  return numbers;
}

std::vector<double> predict(const Model& model, const table::Matrix& rows) {
  std::vector<double> out(rows.rows * model.width());
  model.tabular()->predict(rows, out);
  return out;
}

class Golden : public testing::TestWithParam<const char*> {};

TEST_P(Golden, PredictsWhatThePackagePredicts) {
  const std::string name = GetParam();
  const auto model = parse_model(read(golden / (name + ".cbm")));
  const table::Matrix rows = rows_of("rows.csv");
  EXPECT_EQ(model->features(), rows.columns);
  const std::vector<double> ours = predict(*model, rows);
  const std::vector<double> theirs = numbers_of(name + ".predictions.csv");
  ASSERT_EQ(ours.size(), theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) EXPECT_NEAR(ours[i], theirs[i], 1e-12) << i;
}

TEST_P(Golden, PredictsARowAloneAsAmongOthers) {
  const auto model = parse_model(read(golden / (std::string(GetParam()) + ".cbm")));
  const table::Matrix rows = rows_of("rows.csv");
  const std::vector<double> all = predict(*model, rows);
  for (std::size_t row = 0; row < rows.rows; ++row) {
    const auto begin = rows.values.begin() + static_cast<std::ptrdiff_t>(row * rows.columns);
    const table::Matrix one{.rows = 1,
                            .columns = rows.columns,
                            .values = {begin, begin + static_cast<std::ptrdiff_t>(rows.columns)}};
    const std::vector<double> alone = predict(*model, one);
    for (std::size_t i = 0; i < alone.size(); ++i)
      EXPECT_EQ(alone[i], all[row * alone.size() + i]) << row;
  }
}

TEST_P(Golden, IsRefusedWhereverItIsCut) {
  const std::string bytes = read(golden / (std::string(GetParam()) + ".cbm"));
  ASSERT_GT(bytes.size(), 100U);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_THROW(static_cast<void>(parse_model(bytes.substr(0, size))), ModelError) << size;
}

INSTANTIATE_TEST_SUITE_P(Catboost, Golden,
                         testing::Values("two_classes", "classes", "one_vs_all", "regression",
                                         "missing_above", "poisson", "depthwise", "lossguide"));

// x0 > 0.5 is the leaf's first bit, x1 > 2 its second; x1 missing is above.
StoredModel two_levels() {
  return {.columns = 2,
          .floats = {{.column = 0, .borders = {0.5F}},
                     {.column = 1, .borders = {2}, .missing = FloatFeature::Missing::above}},
          .splits = {0, 1},
          .tree_sizes = {2},
          .leaf_values = {1, 10, 100, 1000},
          .scale = 2,
          .bias = {0.25}};
}

double sum(const StoredModel& model, std::array<float, 2> row) {
  const Forest forest(model);
  const float* const rows[] = {row.data()};
  double out = 0;
  forest.sum(rows, {&out, 1});
  return out;
}

TEST(CatboostForest, NumbersLeavesByTheirLevels) {
  EXPECT_EQ(sum(two_levels(), {0.5F, 2}), 2.25);
  EXPECT_EQ(sum(two_levels(), {0.75F, 2}), 20.25);
  EXPECT_EQ(sum(two_levels(), {0.5F, 3}), 200.25);
  EXPECT_EQ(sum(two_levels(), {1, 3}), 2000.25);
}

TEST(CatboostForest, PutsWhatIsMissingWhereTheFeatureSays) {
  EXPECT_EQ(sum(two_levels(), {NAN, NAN}), 200.25);
  StoredModel below = two_levels();
  below.floats[1].missing = FloatFeature::Missing::below;
  EXPECT_EQ(sum(below, {NAN, NAN}), 2.25);
}

// The root asks x0 > 0.5: no leads one node on, yes two.
TEST(CatboostForest, WalksNodes) {
  StoredModel nodes = two_levels();
  nodes.splits = {0, 0, 0};
  nodes.tree_sizes = {3};
  nodes.steps = {{1, 2}, {0, 0}, {0, 0}};
  nodes.leaf_of_node = {0xffffffff, 3, 1};
  EXPECT_EQ(sum(nodes, {0, 0}), 2000.25);
  EXPECT_EQ(sum(nodes, {1, 0}), 20.25);
}

// Of a tree whose root's two answers lead to one node.
TEST(CatboostForest, RefusesNodesWithTwoParents) {
  StoredModel nodes = two_levels();
  nodes.splits = {0, 0};
  nodes.tree_sizes = {2};
  nodes.steps = {{1, 1}, {0, 0}};
  nodes.leaf_of_node = {0, 0};
  EXPECT_THROW(Forest{nodes}, ModelError);
}

// The root ends walks whose answer is no; 20 rows go in lanes, one does not.
TEST(CatboostForest, WalksManyRowsAsOne) {
  StoredModel nodes = two_levels();
  nodes.splits = {0, 1, 0};
  nodes.tree_sizes = {2, 1};
  nodes.steps = {{0, 1}, {0, 0}, {0, 0}};
  nodes.leaf_of_node = {1, 2, 0};
  const Forest forest(nodes);
  constexpr float infinity = std::numeric_limits<float>::infinity();
  const std::array<std::array<float, 2>, 4> values{
      {{0.5F, 0}, {0.75F, 0}, {NAN, NAN}, {infinity, -infinity}}};
  std::vector<const float*> rows;
  for (std::size_t row = 0; row < 20; ++row) rows.push_back(values[row % 4].data());
  std::vector<double> sums(rows.size());
  forest.sum(rows, sums);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    EXPECT_EQ(sums[row], row % 2 == 0 ? 22.25 : 202.25) << row;
    EXPECT_EQ(sums[row], sum(nodes, values[row % 4])) << row;
  }
}

base::Map parameters_of(const HyperparameterMap& given, Problem problem, int threads = 4) {
  return package_parameters(Hyperparameters(contract(), given), problem, threads);
}

TEST(CatboostSettings, ChooseLossAndMetricByTheProblem) {
  const HyperparameterMap empty;
  const Hyperparameters none(contract(), empty);
  EXPECT_EQ(problem_of(none, {0, 1, 1}), Problem::two_classes);
  EXPECT_EQ(problem_of(none, {0, 1, 7}), Problem::classes);
  EXPECT_THROW(static_cast<void>(problem_of(none, {1, 1})), ClientError);
  EXPECT_THROW(static_cast<void>(problem_of(none, {1, 0.5F})), ClientError);
  EXPECT_EQ(metric_of(none, Problem::two_classes), "AUC");
  EXPECT_EQ(metric_of(none, Problem::classes), "MultiClass");
  EXPECT_EQ(parameters_of({}, Problem::regression).find("loss_function")->text(), "RMSE");
}

TEST(CatboostSettings, GiveWhatAWayOfGrowingTakesAlone) {
  const base::Map symmetric = parameters_of({}, Problem::two_classes);
  EXPECT_TRUE(symmetric.find("sampling_frequency") && !symmetric.find("max_leaves"));
  const base::Map lossguide = parameters_of({{"grow_policy", "Lossguide"}}, Problem::two_classes);
  EXPECT_TRUE(!lossguide.find("sampling_frequency") && lossguide.find("max_leaves"));
  EXPECT_FALSE(symmetric.find("max_bin"));
  EXPECT_EQ(parameters_of({{"max_bin", "32"}}, Problem::two_classes).find("max_bin")->integer(),
            32);
}

TEST(CatboostSettings, TakeNoMoreThreadsThanTheJobHas) {
  const auto threads = [](const char* given) {
    return parameters_of({{"thread_count", given}}, Problem::regression)
        .find("thread_count")
        ->integer();
  };
  EXPECT_EQ(threads("-1"), 4);
  EXPECT_EQ(threads("2"), 2);
  EXPECT_EQ(threads("64"), 4);
}

TEST(CatboostContract, RefusesWhatContradictsItself) {
  EXPECT_TRUE(check_hyperparameters(contract(), {{"thread_count", "0"}}));
  EXPECT_TRUE(check_hyperparameters(
      contract(), {{"grow_policy", "Lossguide"}, {"sampling_frequency", "PerTreeLevel"}}));
  EXPECT_TRUE(check_hyperparameters(contract(),
                                    {{"grow_policy", "Depthwise"}, {"boosting_type", "Ordered"}}));
  EXPECT_FALSE(check_hyperparameters(contract(), {{"max_bin", "Auto"}, {"depth", "16"}}));
  EXPECT_TRUE(check_hyperparameters(contract(), {{"depth", "17"}}));
}

}  // namespace
}  // namespace millrace::learn::catboost
