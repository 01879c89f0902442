// What XGBoost's nodes ask, as the walk that all libraries share asks it.
#include "learn/xgboost/forest.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <vector>

namespace millrace::learn::xgboost {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

bool goes_left(const StoredNode& node, float value) {
  StoredModel model{.features = 1};
  model.trees.push_back({.nodes = {node, {.value = 1}, {.value = 2}}});
  const Forest forest(describe(model));
  std::array<float, 1> sum{};
  const std::array<const float*, 1> row = {&value};
  forest.add(row, sum);
  return sum[0] == 1;
}

TEST(XgboostForest, SendsWhatIsLessLeft) {
  for (const bool default_left : {false, true}) {
    for (const float threshold : {-infinity, -2.5F, -0.0F, 0.0F, 1e-45F, 7.0F, infinity, nan}) {
      const StoredNode node{
          .left = 1, .right = 2, .value = threshold, .default_left = default_left};
      for (const float value : {-infinity, -2.5F, -0.0F, 0.0F, 1e-45F, 7.0F, infinity})
        EXPECT_EQ(goes_left(node, value), value < threshold) << value << " < " << threshold;
      EXPECT_EQ(goes_left(node, nan), default_left) << threshold;
    }
  }
}

TEST(XgboostForest, SendsChosenCategoriesRight) {
  for (const bool default_left : {false, true}) {
    const StoredNode node{
        .left = 1, .right = 2, .default_left = default_left, .categories = {0, 40}};
    for (const float right : {-0.0F, 0.0F, 0.5F, 40.0F}) EXPECT_FALSE(goes_left(node, right));
    for (const float left : {-0.5F, -1.0F, 1.0F, 41.0F, 1e9F, 1e30F, infinity, -infinity})
      EXPECT_TRUE(goes_left(node, left)) << left;
    EXPECT_EQ(goes_left(node, nan), default_left);
  }
}

TEST(XgboostForest, WeighsTreesOfDart) {
  StoredModel model{.booster = BoosterKind::dart, .features = 1};
  model.trees = {{.nodes = {{.value = 0.3F}}, .weight = 0.7F}};
  EXPECT_EQ(describe(model).trees[0].nodes[0].leaf, 0.3F * 0.7F);
}

}  // namespace
}  // namespace millrace::learn::xgboost
