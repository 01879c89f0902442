#include "learn/catboost/weighed_tree.hpp"

#include <bit>

namespace millrace::learn::catboost {
namespace {

// The weights of leaves are there already, and children lie behind their parents.
void weigh_splits(std::vector<WeighedNode>& nodes) {
  for (std::size_t at = nodes.size(); at-- > 0;) {
    WeighedNode& node = nodes[at];
    if (node.left < 0) continue;
    node.weight = nodes[static_cast<std::size_t>(node.left)].weight +
                  nodes[static_cast<std::size_t>(node.right)].weight;
  }
}

WeighedNode leaf_at(const StoredModel& model, std::size_t place) {
  return {.leaf = place, .weight = model.leaf_weights[place / model.dimension]};
}

// The root asks what the last level does, the highest bit of a leaf's number.
WeighedTree weigh_levels(const StoredModel& model, std::size_t first_split, std::size_t levels,
                         std::size_t first_leaf) {
  const std::size_t splits = (std::size_t{1} << levels) - 1;
  WeighedTree tree{.nodes = {}, .first_split = first_split, .conditions = levels};
  for (std::size_t at = 0; at < splits; ++at) {
    const auto depth = static_cast<std::size_t>(std::bit_width(at + 1)) - 1;
    tree.nodes.push_back({.left = static_cast<std::int32_t>(2 * at + 1),
                          .right = static_cast<std::int32_t>(2 * at + 2),
                          .condition = static_cast<std::uint32_t>(levels - 1 - depth)});
  }
  for (std::size_t leaf = 0; leaf <= splits; ++leaf)
    tree.nodes.push_back(leaf_at(model, first_leaf + leaf * model.dimension));
  weigh_splits(tree.nodes);
  return tree;
}

WeighedTree weigh_nodes(const StoredModel& model, std::size_t first_split, std::size_t size) {
  WeighedTree tree{
      .nodes = std::vector<WeighedNode>(size), .first_split = first_split, .conditions = size};
  for (std::size_t at = 0; at < size; ++at) {
    const Step step = model.steps[first_split + at];
    const std::uint32_t leaf = model.leaf_of_node[first_split + at];
    if (step.left == 0 && step.right == 0) {
      tree.nodes[at] = leaf_at(model, leaf);
      continue;
    }
    const auto child = [&](std::size_t distance) {
      if (distance > 0) return static_cast<std::int32_t>(at + distance);
      tree.nodes.push_back(leaf_at(model, leaf));
      return static_cast<std::int32_t>(tree.nodes.size() - 1);
    };
    const std::int32_t left = child(step.left);
    const std::int32_t right = child(step.right);
    tree.nodes[at] = {.left = left, .right = right, .condition = static_cast<std::uint32_t>(at)};
  }
  weigh_splits(tree.nodes);
  return tree;
}

}  // namespace

void for_each_weighed_tree(const StoredModel& model,
                           const std::function<void(const WeighedTree&)>& take) {
  std::size_t split = 0;
  std::size_t leaf = 0;
  for (const std::uint32_t size : model.tree_sizes) {
    if (model.steps.empty()) {
      take(weigh_levels(model, split, size, leaf));
      leaf += model.dimension << size;
    } else {
      take(weigh_nodes(model, split, size));
    }
    split += size;
  }
}

}  // namespace millrace::learn::catboost
