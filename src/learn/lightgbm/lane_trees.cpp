#include "learn/lightgbm/lane_trees.hpp"

#include "learn/lightgbm/forest.hpp"

#include <cmath>
#include <limits>
#include <vector>

namespace millrace::learn::lightgbm {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

trees::LaneNode<double> convert(const StoredSplit& split) {
  // What is at most the threshold is less than the next number; none comes after infinity.
  const float last_left = float_below(split.threshold);
  return {.column = split.feature,
          .threshold = std::nextafter(last_left, infinity),
          .missing_left = sends_missing_left(split),
          .odd = split.by_category || split.missing == Missing::zero || last_left == infinity};
}

// Splits first, leaves behind them.
trees::LaneTree<double> convert(const StoredTree& stored, std::size_t group) {
  trees::LaneTree<double> tree{.group = static_cast<std::uint32_t>(group), .nodes = {}};
  const auto splits = static_cast<std::int32_t>(stored.splits.size());
  const auto place = [&](std::int32_t child) { return child < 0 ? splits + ~child : child; };
  for (const StoredSplit& split : stored.splits) {
    tree.nodes.push_back(convert(split));
    tree.nodes.back().left = place(split.left);
    tree.nodes.back().right = place(split.right);
  }
  for (const double leaf : stored.leaves) tree.nodes.push_back({.leaf = leaf});
  return tree;
}

}  // namespace

std::optional<LaneForest> make_lane_forest(const StoredModel& model, LaneForest::Kernel kernel) {
  std::vector<trees::LaneTree<double>> trees;
  for (std::size_t i = 0; i < model.trees.size(); ++i)
    trees.push_back(convert(model.trees[i], i % model.groups));
  return LaneForest::make(trees, model.features, model.groups, kernel);
}

}  // namespace millrace::learn::lightgbm
