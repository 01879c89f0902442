#include "learn/xgboost/forest.hpp"

#include "learn/model.hpp"

#include <cmath>
#include <limits>

namespace millrace::learn::xgboost {
namespace {

// The chosen categories go right; what is no category, or none seen in training, goes left.
constexpr trees::CategoryRule category_rule = {.above = -std::numeric_limits<float>::denorm_min(),
                                               .below = 16777216.0F,
                                               .members_go_left = false};

// What is less than the threshold goes left; than no number, nothing.
trees::Key last_left(float threshold) {
  return std::isnan(threshold) ? trees::before_all : trees::key_of(threshold) - 1;
}

std::uint32_t child_of(std::int32_t stored) {
  if (stored <= 0) throw ModelError("the model is damaged: a node's child is out of range");
  return static_cast<std::uint32_t>(stored);
}

trees::Node<float> describe(const StoredNode& stored, float weight, trees::CategorySets& sets) {
  if (stored.left == -1) return {.categories = {}, .leaf = stored.value * weight};
  trees::Node<float> node{.left = child_of(stored.left),
                          .right = child_of(stored.right),
                          .column = stored.feature,
                          .last_left = last_left(stored.value),
                          .missing_left = stored.default_left,
                          .categories = {}};
  if (!stored.categories.empty()) node.categories = sets.add_members(stored.categories);
  return node;
}

}  // namespace

trees::Described<float> describe(const StoredModel& model) {
  trees::Described<float> described{.columns = model.features,
                                    .groups = model.groups,
                                    .sets = trees::CategorySets(category_rule),
                                    .trees = {}};
  for (const StoredTree& stored : model.trees) {
    trees::Tree<float>& tree = described.trees.emplace_back();
    tree.group = stored.group;
    const float weight = model.booster == BoosterKind::dart ? stored.weight : 1.0F;
    for (const StoredNode& node : stored.nodes)
      tree.nodes.push_back(describe(node, weight, described.sets));
  }
  return described;
}

}  // namespace millrace::learn::xgboost
