#include "learn/lightgbm/settings.hpp"

#include "learn/algorithm.hpp"
#include "learn/lightgbm/contract.hpp"

#include <gtest/gtest.h>

namespace millrace::learn::lightgbm {
namespace {

bool has(const std::string& text, std::string_view part) {
  return (" " + text + " ").find(" " + std::string(part) + " ") != std::string::npos;
}

TEST(LightgbmSettings, AreTheDocumentedDefaults) {
  const Settings settings = read_settings({}, 2);
  EXPECT_EQ(settings.rounds, 100);
  EXPECT_EQ(settings.patience, 10);
  EXPECT_TRUE(settings.classifies);
  for (const char* part : {"learning_rate=0.1", "num_leaves=64", "feature_fraction=0.9",
                           "bagging_fraction=0.9", "bagging_freq=1", "max_depth=6",
                           "min_data_in_leaf=3", "boosting=gbdt", "max_bin=255", "num_threads=2"})
    EXPECT_TRUE(has(settings.library, part)) << part;
}

TEST(LightgbmSettings, UseNoMoreThreadsThanTheSlotHas) {
  EXPECT_EQ(read_settings({{"num_threads", "8"}}, 2).threads, 2);
  EXPECT_EQ(read_settings({{"num_threads", "1"}}, 2).threads, 1);
}

TEST(LightgbmSettings, TakeTheProblemFromTheLabels) {
  const Settings classes = read_settings({}, 1);
  EXPECT_EQ(count_classes(classes, {0, 1, 1, 0}), 2U);
  EXPECT_EQ(count_classes(classes, {2, 1, 0}), 3U);
  EXPECT_TRUE(has(library_parameters(classes, 2), "metric=binary_logloss"));
  EXPECT_TRUE(has(library_parameters(classes, 3), "num_class=3"));
  EXPECT_EQ(metric_of(classes, Problem::multiclass), "multi_logloss");
  const Settings numbers = read_settings({{"problem_type", "regression"}, {"metric", "l1"}}, 1);
  EXPECT_EQ(count_classes(numbers, {0.5F, -3}), 0U);
  EXPECT_TRUE(has(library_parameters(numbers, 0), "objective=regression"));
  EXPECT_TRUE(has(library_parameters(numbers, 0), "metric=l1"));
  EXPECT_FALSE(has(numbers.library, "is_unbalance=false")) << "of classes only";
}

TEST(LightgbmSettings, RefuseLabelsThatAreNoClasses) {
  const Settings settings = read_settings({}, 1);
  for (const std::vector<float>& labels : {std::vector<float>{1, 2}, {0, 0.5F}, {-1, 1}, {0, 0}})
    EXPECT_THROW((void)count_classes(settings, labels), ClientError) << labels[1];
  EXPECT_NO_THROW(check_classes(3, {0, 2}));
  EXPECT_NO_THROW(check_classes(0, {0.5F, -7}));
  EXPECT_THROW(check_classes(3, {0, 3}), ClientError);
}

TEST(LightgbmSettings, RefuseWhatTheContractDoes) {
  const std::vector<HyperparameterMap> wrong = {
      {{"num_leaves", "1"}},
      {{"boosting", "ordered"}},
      {{"learning_rate", "0"}},
      {{"depth", "6"}},
      {{"is_unbalance", "True"}, {"scale_pos_weight", "2"}}};
  for (const HyperparameterMap& given : wrong)
    EXPECT_THROW((void)read_settings(given, 1), ClientError) << given.begin()->first;
}

TEST(LightgbmContract, MeasuresWhatAwsDocuments) {
  EXPECT_EQ(contract().metrics.size(), 13U);
  EXPECT_TRUE(is_maximized("auc"));
  EXPECT_FALSE(is_maximized("binary_logloss"));
}

}  // namespace
}  // namespace millrace::learn::lightgbm
