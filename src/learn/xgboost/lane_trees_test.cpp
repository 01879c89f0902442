// Rows in lanes give the sums of a walk, bit for bit, with every kernel that this processor can
// run.
#include "learn/xgboost/lane_trees.hpp"

#include "learn/xgboost/forest.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <random>
#include <vector>

namespace millrace::learn::xgboost {
namespace {

constexpr std::size_t columns = 5;
constexpr std::size_t groups = 3;

// Few values, so that rows meet thresholds exactly, and the odd ones among them.
float number(std::mt19937& random) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  const float choices[] = {-infinity, -2.5F, -0.0F,    0,
                           1,         7,     infinity, std::numeric_limits<float>::quiet_NaN()};
  return choices[random() % std::size(choices)];
}

float threshold(std::mt19937& random) {
  const float chosen = number(random);
  return chosen == chosen ? chosen : 0.5F;
}

// Grows below `at` until it is `depth` deep; now and then it ends before.
void grow(StoredTree& tree, std::size_t at, std::size_t depth, std::mt19937& random) {
  tree.nodes[at].value = static_cast<float>(random() % 1000) / 7;
  if (depth == 0 || random() % 8 == 0) return;
  const auto left = static_cast<std::int32_t>(tree.nodes.size());
  tree.nodes.resize(tree.nodes.size() + 2);
  tree.nodes[at] = {.left = left,
                    .right = left + 1,
                    .feature = static_cast<std::uint32_t>(random() % columns),
                    .value = threshold(random),
                    .default_left = random() % 2 == 0};
  grow(tree, static_cast<std::size_t>(left), depth - 1, random);
  grow(tree, static_cast<std::size_t>(left) + 1, depth - 1, random);
}

StoredModel model_of(std::size_t depth, std::mt19937& random) {
  StoredModel model{.booster = BoosterKind::dart, .features = columns, .groups = groups};
  for (std::uint32_t i = 0; i < 40; ++i) {
    StoredTree& tree = model.trees.emplace_back();
    tree.group = static_cast<std::uint32_t>(i % groups);
    tree.weight = static_cast<float>(random() % 100) / 37;
    tree.nodes.resize(1);
    grow(tree, 0, depth, random);
  }
  return model;
}

std::vector<float> sums_of(const auto& forest,
                           const std::vector<std::array<float, columns>>& rows) {
  std::vector<const float*> pointers;
  for (const auto& row : rows) pointers.push_back(row.data());
  std::vector<float> sums(rows.size() * groups, 0.1F);
  forest.add(pointers, sums);
  return sums;
}

TEST(LaneForest, AddsWhatAWalkAdds) {
  std::mt19937 random(11);
  for (int round = 0; round < 60; ++round) {
    const StoredModel model = model_of(round % 7, random);
    std::vector<std::array<float, columns>> rows(1 + random() % trees::lane_count);
    for (auto& row : rows) {
      for (float& one : row) one = number(random);
    }
    const std::vector<float> expected = sums_of(Forest(model), rows);
    for (const LaneForest::Kernel kernel : LaneForest::kernels()) {
      const auto forest = make_lane_forest(model, kernel);
      ASSERT_TRUE(forest);
      EXPECT_EQ(sums_of(*forest, rows), expected) << "round " << round;
    }
  }
}

TEST(LaneForest, IsNotMadeOfTreesThatDoNotFit) {
  constexpr LaneForest::Kernel none = nullptr;
  std::mt19937 random(12);
  StoredModel model = model_of(6, random);
  EXPECT_TRUE(make_lane_forest(model, none));
  const auto root = std::find_if(model.trees.begin(), model.trees.end(),
                                 [](const auto& tree) { return tree.nodes[0].left > 0; });
  ASSERT_NE(root, model.trees.end());
  root->nodes[0].categories = {1};
  EXPECT_FALSE(make_lane_forest(model, none));
  root->nodes[0].categories.clear();
  root->nodes[0].value = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(make_lane_forest(model, none));
}

// A chain whose every split has a leaf on its left, and is deeper than a stack likes.
TEST(LaneForest, IsNotMadeOfLongTrees) {
  for (const std::int32_t splits : {32, 33, 1'000'000}) {
    StoredModel model{.features = columns};
    StoredTree& tree = model.trees.emplace_back();
    tree.nodes.resize(2 * static_cast<std::size_t>(splits) + 1);
    for (std::int32_t i = 0; i < splits; ++i) {
      StoredNode& node = tree.nodes[2 * static_cast<std::size_t>(i)];
      node.left = 2 * i + 1;
      node.right = 2 * i + 2;
    }
    EXPECT_EQ(make_lane_forest(model, nullptr).has_value(), splits == 32) << splits;
  }
}

}  // namespace
}  // namespace millrace::learn::xgboost
