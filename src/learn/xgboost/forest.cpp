#include "learn/xgboost/forest.hpp"

#include "learn/model.hpp"
#include "table/matrix.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>

namespace millrace::learn::xgboost {
namespace {

constexpr std::uint32_t default_left = 1U << 31;
constexpr std::uint32_t by_category = 1U << 30;
constexpr std::uint32_t column_mask = by_category - 1;
// Walks in step all take as long as the longest; in deeper trees most end long before.
constexpr std::uint32_t in_step_depth = 16;
constexpr std::size_t category_words_limit = std::size_t{1} << 26;
static_assert(table::column_limit <= column_mask);

[[noreturn]] void damaged(const std::string& why) {
  throw ModelError("the model is damaged: " + why);
}

bool is_leaf(const StoredNode& node) { return node.left == -1; }

// A stored tree's nodes in the order of a breadth-first walk, which puts siblings beside each
// other.
std::vector<std::uint32_t> breadth_first(const StoredTree& tree) {
  if (tree.nodes.empty()) damaged("a tree is empty");
  std::vector<bool> seen(tree.nodes.size());
  std::vector<std::uint32_t> order = {0};
  for (std::size_t at = 0; at < order.size(); ++at) {
    const StoredNode& node = tree.nodes[order[at]];
    if (is_leaf(node)) continue;
    for (const std::int32_t child : {node.left, node.right}) {
      if (child <= 0 || static_cast<std::size_t>(child) >= tree.nodes.size())
        damaged("a node's child is out of range");
      if (seen[static_cast<std::size_t>(child)]) damaged("a node has two parents");
      seen[static_cast<std::size_t>(child)] = true;
      order.push_back(static_cast<std::uint32_t>(child));
    }
  }
  return order;
}

}  // namespace

Forest::Forest(const StoredModel& model)
    : groups_(model.groups), weighted_(model.booster == BoosterKind::dart) {
  for (const StoredTree& tree : model.trees) add_tree(tree, model);
}

void Forest::add_tree(const StoredTree& tree, const StoredModel& model) {
  if (tree.group >= model.groups) damaged("a tree adds to an output that there is not");
  const std::size_t root = nodes_.size();
  if (root + tree.nodes.size() > column_mask * std::size_t{2})
    throw ModelError("the model has too many nodes");
  Tree& added = trees_.emplace_back(
      Tree{.root = static_cast<std::uint32_t>(root), .group = tree.group, .weight = tree.weight});
  std::size_t next_child = root + 1;
  std::size_t level_end = root + 1;  // of the nodes that are as deep as the one at hand
  for (const std::uint32_t index : breadth_first(tree)) {
    const StoredNode& stored = tree.nodes[index];
    if (nodes_.size() == level_end) {
      ++added.depth;
      level_end = next_child;
    }
    Node node = convert(stored, model);
    added.in_step = added.in_step && stored.categories.empty();
    if (!is_leaf(stored)) {
      node.left = static_cast<std::uint32_t>(next_child);
      next_child += 2;
    }
    nodes_.push_back(node);
  }
  added.in_step = added.in_step && added.depth <= in_step_depth;
  all_in_step_ = all_in_step_ && added.in_step;
}

Forest::Node Forest::convert(const StoredNode& stored, const StoredModel& model) {
  if (is_leaf(stored)) return {stored.value, 0, 0};
  if (stored.feature >= model.features) damaged("a node splits on a column that there is not");
  Node node{stored.value, stored.feature, 0};
  if (stored.default_left) node.feature |= default_left;
  if (!stored.categories.empty()) {
    node.feature |= by_category;
    node.value = std::bit_cast<float>(add_categories(stored.categories));
  }
  return node;
}

std::uint32_t Forest::add_categories(const std::vector<std::uint32_t>& chosen) {
  const auto place = static_cast<std::uint32_t>(categories_.size());
  const std::uint32_t words = std::ranges::max(chosen) / 32 + 1;
  if (categories_.size() + words > category_words_limit)
    throw ModelError("the model has too many categories");
  categories_.push_back(words);
  categories_.resize(categories_.size() + words);
  for (const std::uint32_t category : chosen)
    categories_[place + 1 + category / 32] |= 1U << (category % 32);
  return place;
}

// The chosen categories go right; what is no category, or none seen in training, goes left.
bool Forest::is_left_of_categories(std::uint32_t place, float value) const {
  if (!(value >= 0) || value >= 16777216.0F) return true;
  const auto category = static_cast<std::uint32_t>(value);
  if (category / 32 >= categories_[place]) return true;
  return ((categories_[place + 1 + category / 32] >> (category % 32)) & 1U) == 0;
}

inline bool Forest::goes_left(const Node& node, float value) const {
  if (std::isnan(value)) return (node.feature & default_left) != 0;
  if ((node.feature & by_category) != 0)
    return is_left_of_categories(std::bit_cast<std::uint32_t>(node.value), value);
  return value < node.value;
}

inline float Forest::leaf(const Tree& tree, const float* row) const {
  const Node* const nodes = nodes_.data();
  const Node* node = nodes + tree.root;
  while (node->left != 0) {
    const bool left = goes_left(*node, row[node->feature & column_mask]);
    node = nodes + node->left + (left ? 0 : 1);
  }
  return node->value;
}

// Of a tree without categories; a leaf is its own successor. No branch depends on the data: half of
// them would be guessed wrong.
inline std::uint32_t Forest::next(std::uint32_t place, const float* row) const {
  const Node& node = nodes_[place];
  const float value = row[node.feature & column_mask];
  const bool missing_left = std::isnan(value) && (node.feature & default_left) != 0;
  const bool left = (value < node.value) | missing_left;
  return node.left == 0 ? place : node.left + (left ? 0 : 1);
}

inline void Forest::walk(Places& places, const Rows& rows, std::uint32_t depth) const {
  for (; depth > 0; --depth) {
    for (std::size_t lane = 0; lane < lanes; ++lane) places[lane] = next(places[lane], rows[lane]);
  }
}

inline float Forest::output(const Tree& tree, float value) const {
  return weighted_ ? value * tree.weight : value;
}

void Forest::add_tree_to_rows(const Tree& tree, std::span<const float* const> rows,
                              float* sums) const {
  std::size_t at = 0;
  for (; tree.in_step && at + lanes <= rows.size(); at += lanes) {
    Places places;
    places.fill(tree.root);
    Rows several;
    std::copy_n(rows.begin() + static_cast<std::ptrdiff_t>(at), lanes, several.begin());
    walk(places, several, tree.depth);
    for (std::size_t lane = 0; lane < lanes; ++lane)
      sums[(at + lane) * groups_ + tree.group] += output(tree, nodes_[places[lane]].value);
  }
  for (; at < rows.size(); ++at)
    sums[at * groups_ + tree.group] += output(tree, leaf(tree, rows[at]));
}

// As many trees as there are lanes, in their order.
void Forest::add_trees_to_row(std::span<const Tree> trees, const float* row, float* sums) const {
  Places places;
  Rows same;
  same.fill(row);
  std::uint32_t depth = 0;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    places[lane] = trees[lane].root;
    depth = std::max(depth, trees[lane].depth);
  }
  walk(places, same, depth);
  for (std::size_t lane = 0; lane < lanes; ++lane)
    sums[trees[lane].group] += output(trees[lane], nodes_[places[lane]].value);
}

void Forest::add(std::span<const float* const> rows, std::span<float> sums) const {
  const std::span<const Tree> trees(trees_);
  std::size_t at = 0;
  // One row alone has its walks in several trees.
  while (rows.size() == 1 && all_in_step_ && at + lanes <= trees.size()) {
    add_trees_to_row(trees.subspan(at, lanes), rows.front(), sums.data());
    at += lanes;
  }
  for (; at < trees.size(); ++at) add_tree_to_rows(trees[at], rows, sums.data());
}

}  // namespace millrace::learn::xgboost
