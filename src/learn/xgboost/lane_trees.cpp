#include "learn/xgboost/lane_trees.hpp"

#include <vector>

namespace millrace::learn::xgboost {
namespace {

trees::LaneTree<float> convert(const StoredTree& stored, float weight) {
  trees::LaneTree<float> tree{.group = stored.group, .nodes = {}};
  for (const StoredNode& node : stored.nodes) {
    tree.nodes.push_back({.left = node.left,
                          .right = node.right,
                          .column = node.feature,
                          .threshold = node.value,
                          .missing_left = node.default_left,
                          .odd = !node.categories.empty(),
                          .leaf = node.value * weight});
  }
  return tree;
}

}  // namespace

std::optional<LaneForest> make_lane_forest(const StoredModel& model, LaneForest::Kernel kernel) {
  std::vector<trees::LaneTree<float>> trees;
  for (const StoredTree& tree : model.trees)
    trees.push_back(convert(tree, model.booster == BoosterKind::dart ? tree.weight : 1));
  return LaneForest::make(trees, model.features, model.groups, kernel);
}

}  // namespace millrace::learn::xgboost
