// The expected numbers are computed by hand from the confusion matrix in the comment.
#include "learn/xgboost/metrics.hpp"

#include "learn/algorithm.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace millrace::learn::xgboost {
namespace {

// Labels 1 1 1 0 0, guesses 1 1 0 0 1: two of three ones found, one false alarm.
const std::vector<float> labels = {1, 1, 1, 0, 0};
const std::vector<float> margins = {2, 0.5F, -1, -3, 0.1F};

double metric(std::string_view name) { return added_metric(name, {labels, margins, margins}); }

TEST(Metrics, OfTwoClasses) {
  EXPECT_DOUBLE_EQ(metric("accuracy"), 3.0 / 5);
  EXPECT_DOUBLE_EQ(metric("precision"), 2.0 / 3);
  EXPECT_DOUBLE_EQ(metric("recall"), 2.0 / 3);
  EXPECT_DOUBLE_EQ(metric("f1_binary"), 2.0 / 3);
  EXPECT_DOUBLE_EQ(metric("balanced_accuracy"), (2.0 / 3 + 1.0 / 2) / 2);
  EXPECT_DOUBLE_EQ(metric("f1"), (2.0 / 3 + 1.0 / 2) / 2);
  EXPECT_DOUBLE_EQ(metric("precision_micro"), 3.0 / 5);
}

TEST(Metrics, OfThreeClassesTakeTheLargestMargin) {
  const std::vector<float> three = {0, 1, 2};
  const std::vector<float> wide = {3, 1, 1, 0, 5, 1, 0, 9, 1};
  const Predictions predictions{three, wide, wide};
  EXPECT_DOUBLE_EQ(added_metric("accuracy", predictions), 2.0 / 3);
  EXPECT_DOUBLE_EQ(added_metric("recall_macro", predictions), 2.0 / 3);
  EXPECT_DOUBLE_EQ(added_metric("precision_macro", predictions), (1 + 0.5 + 0) / 3);
  EXPECT_THROW((void)added_metric("precision", predictions), ClientError);
}

TEST(Metrics, OfRegression) {
  const std::vector<float> truth = {1, 2, 3};
  const std::vector<float> guess = {1, 2, 5};
  const Predictions predictions{truth, guess, guess};
  EXPECT_DOUBLE_EQ(added_metric("mse", predictions), 4.0 / 3);
  EXPECT_DOUBLE_EQ(added_metric("r2", predictions), 1 - 4.0 / 2);
}

}  // namespace
}  // namespace millrace::learn::xgboost
