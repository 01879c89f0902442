// Rows in lanes give the sums of a walk, bit for bit, with every kernel that this processor can
// run.
#include "learn/lightgbm/lane_trees.hpp"

#include "learn/lightgbm/forest.hpp"

#include <gtest/gtest.h>

#include <array>
#include <iterator>
#include <limits>
#include <random>
#include <vector>

namespace millrace::learn::lightgbm {
namespace {

constexpr std::size_t columns = 5;
constexpr std::size_t groups = 3;
constexpr double infinity = std::numeric_limits<double>::infinity();

// Rows meet thresholds exactly, or lie next to them.
double threshold(std::mt19937& random) {
  const double choices[] = {-1e300, -2.5, -0.0, 0, 0.1, 0.1F, 7, 1e300};
  return choices[random() % std::size(choices)];
}

float number(std::mt19937& random) {
  const double choices[] = {-infinity, -2.5, 0,        0.1F,
                            7,         8,    infinity, std::numeric_limits<double>::quiet_NaN()};
  return static_cast<float>(choices[random() % std::size(choices)]);
}

// Grows below the newest place until it is `depth` deep; now and then it ends before.
std::int32_t grow(StoredTree& tree, std::size_t depth, std::mt19937& random) {
  if (depth == 0 || random() % 8 == 0) {
    tree.leaves.push_back(static_cast<double>(random() % 1000) / 7);
    return ~static_cast<std::int32_t>(tree.leaves.size() - 1);
  }
  const std::size_t at = tree.splits.size();
  tree.splits.push_back({.feature = static_cast<std::uint32_t>(random() % columns),
                         .threshold = threshold(random),
                         .default_left = random() % 2 == 0,
                         .missing = random() % 2 == 0 ? Missing::none : Missing::nan,
                         .categories = {}});
  const std::int32_t left = grow(tree, depth - 1, random);
  const std::int32_t right = grow(tree, depth - 1, random);
  tree.splits[at].left = left;
  tree.splits[at].right = right;
  return static_cast<std::int32_t>(at);
}

StoredModel model_of(std::size_t depth, std::mt19937& random) {
  StoredModel model{
      .objective = {}, .features = columns, .classes = groups, .groups = groups, .trees = {}};
  for (std::size_t i = 0; i < 13 * groups; ++i) grow(model.trees.emplace_back(), depth, random);
  return model;
}

std::vector<double> sums_of(const auto& forest,
                            const std::vector<std::array<float, columns>>& rows) {
  std::vector<const float*> pointers;
  for (const auto& row : rows) pointers.push_back(row.data());
  std::vector<double> sums(rows.size() * groups, 0.1);
  forest.add(pointers, sums);
  return sums;
}

TEST(LightgbmLanes, AddWhatAWalkAdds) {
  std::mt19937 random(11);
  for (std::size_t round = 0; round < 60; ++round) {
    const StoredModel model = model_of(round % 7, random);
    std::vector<std::array<float, columns>> rows(1 + random() % trees::lane_count);
    for (auto& row : rows) {
      for (float& one : row) one = number(random);
    }
    const std::vector<double> expected = sums_of(Forest(model), rows);
    for (const LaneForest::Kernel kernel : LaneForest::kernels()) {
      const auto forest = make_lane_forest(model, kernel);
      ASSERT_TRUE(forest);
      EXPECT_EQ(sums_of(*forest, rows), expected) << "round " << round;
    }
  }
}

TEST(LightgbmLanes, AreNotMadeOfTreesThatDoNotFit) {
  std::mt19937 random(12);
  const StoredModel fitting = model_of(6, random);
  EXPECT_TRUE(make_lane_forest(fitting, nullptr));
  EXPECT_FALSE(make_lane_forest(model_of(9, random), nullptr)) << "too many leaves";
  const auto fits = [&](auto change) {
    StoredModel model = fitting;
    for (StoredTree& tree : model.trees) {
      for (StoredSplit& split : tree.splits) change(split);
    }
    return make_lane_forest(model, nullptr).has_value();
  };
  EXPECT_FALSE(fits([](StoredSplit& split) { split.by_category = true; }));
  EXPECT_FALSE(fits([](StoredSplit& split) { split.missing = Missing::zero; }));
  EXPECT_FALSE(fits([](StoredSplit& split) { split.threshold = infinity; }));
}

TEST(LightgbmForest, RoundsThresholdsDown) {
  EXPECT_EQ(float_below(0.5), 0.5F);
  EXPECT_LT(float_below(0.1), 0.1F);
  EXPECT_EQ(float_below(1e300), std::numeric_limits<float>::max());
  EXPECT_EQ(float_below(-1e300), -std::numeric_limits<float>::infinity());
}

}  // namespace
}  // namespace millrace::learn::lightgbm
