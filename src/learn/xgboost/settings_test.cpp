#include "learn/xgboost/settings.hpp"

#include "learn/algorithm.hpp"
#include "learn/xgboost/early_stopping.hpp"
#include "learn/xgboost/labels.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace millrace::learn::xgboost {
namespace {

Settings read(HyperparameterMap given, std::string_view version = "3.0-5") {
  given.emplace("num_round", "10");
  return read_settings(given, version, 4);
}

std::vector<std::string> library(const Settings& settings, std::string_view name) {
  std::vector<std::string> values;
  for (const auto& [key, value] : settings.library) {
    if (key == name) values.push_back(value);
  }
  return values;
}

using Texts = std::vector<std::string>;

TEST(Settings, KeepWhatTheLibraryDoesNotKnow) {
  const Settings settings =
      read({{"csv_weights", "1"}, {"save_model_on_termination", "true"}, {"learning_rate", "0.1"}});
  EXPECT_EQ(settings.rounds, 10);
  EXPECT_TRUE(settings.csv_weights);
  EXPECT_EQ(library(settings, "eta"), Texts{"0.1"});
  EXPECT_TRUE(library(settings, "num_round").empty());
  EXPECT_TRUE(library(settings, "save_model_on_termination").empty());
}

TEST(Settings, UseAtMostTheSlotsThreads) {
  EXPECT_EQ(library(read({}), "nthread"), Texts{"4"});
  EXPECT_EQ(library(read({{"nthread", "2"}}), "nthread"), Texts{"2"});
  EXPECT_EQ(library(read({{"nthread", "64"}}), "nthread"), Texts{"4"});
}

TEST(Settings, BeginAtOneHalfForImagesOfOne) {
  EXPECT_EQ(library(read({}, "1.7-1"), "base_score"), Texts{"0.5"});
  EXPECT_EQ(library(read({{"base_score", "0.2"}}, "1.7-1"), "base_score"), Texts{"0.2"});
  EXPECT_TRUE(library(read({}, "3.0-5"), "base_score").empty());
}

TEST(Settings, SplitMetricsBetweenLibraryAndUs) {
  const Settings settings =
      read({{"objective", "binary:logistic"}, {"eval_metric", "auc,f1,logloss"}});
  EXPECT_EQ(library(settings, "eval_metric"), (Texts{"auc", "logloss"}));
  EXPECT_EQ(settings.added_metrics, Texts{"f1"});
}

TEST(Settings, FollowTheLastMetricOrTheTuners) {
  EXPECT_EQ(
      read({{"eval_metric", "rmse,mae"}, {"early_stopping_rounds", "3"}}).early_stopping_metric,
      "mae");
  EXPECT_EQ(read({{"eval_metric", "rmse"},
                  {"early_stopping_rounds", "3"},
                  {"_tuning_objective_metric", "validation:mse"}})
                .early_stopping_metric,
            "mse");
  EXPECT_EQ(read({{"early_stopping_rounds", "3"}}).early_stopping_metric, "");
}

TEST(EarlyStopping, EndsWhenTooManyRoundsWereNotBetter) {
  EarlyStopping stopping{.patience = 2};
  EXPECT_FALSE(stopping.record(0, 0.5));
  EXPECT_FALSE(stopping.record(1, 0.4));
  EXPECT_FALSE(stopping.record(2, 0.4));
  EXPECT_TRUE(stopping.record(3, 0.6));
  EXPECT_EQ(stopping.best_round, 1);
}

TEST(Labels, MustSuitTheObjective) {
  EXPECT_NO_THROW(check_labels("binary:logistic", 0, {0, 1, 0.5F}));
  EXPECT_THROW(check_labels("binary:logistic", 0, {0, 2}), ClientError);
  EXPECT_THROW(check_labels("multi:softmax", 3, {0, 3}), ClientError);
  EXPECT_THROW(check_labels("reg:gamma", 0, {0}), ClientError);
  EXPECT_NO_THROW(check_labels("reg:squarederror", 0, {-5}));
}

}  // namespace
}  // namespace millrace::learn::xgboost
