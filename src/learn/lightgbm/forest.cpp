#include "learn/lightgbm/forest.hpp"

#include "learn/model.hpp"
#include "table/matrix.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string>

namespace millrace::learn::lightgbm {
namespace {

constexpr std::uint32_t missing_left = 1U << 31;
constexpr std::uint32_t by_category = 1U << 30;
constexpr std::uint32_t zero_is_missing = 1U << 29;
constexpr std::uint32_t column_mask = zero_is_missing - 1;
// Walks in step all take as long as the longest; in deeper trees most end long before.
constexpr std::uint32_t in_step_depth = 16;
constexpr std::size_t category_words_limit = std::size_t{1} << 26;
static_assert(table::column_limit <= column_mask);

[[noreturn]] void damaged(const std::string& why) {
  throw ModelError("the model is damaged: " + why);
}

// The children of a stored tree's nodes in the order of a breadth-first walk, which puts siblings
// beside each other; it begins with the root.
std::vector<std::int32_t> breadth_first(const StoredTree& tree) {
  std::vector<bool> split_seen(tree.splits.size());
  std::vector<bool> leaf_seen(tree.leaves.size());
  std::vector<std::int32_t> order = {tree.splits.empty() ? -1 : 0};
  const auto mark = [](std::vector<bool>& seen, std::size_t at) {
    if (at >= seen.size()) damaged("a node's child is out of range");
    if (seen[at]) damaged("a node has two parents");
    seen[at] = true;
  };
  for (std::size_t at = 0; at < order.size(); ++at) {
    const std::int32_t node = order[at];
    mark(node < 0 ? leaf_seen : split_seen, static_cast<std::size_t>(node < 0 ? ~node : node));
    if (node < 0) continue;
    const StoredSplit& split = tree.splits[static_cast<std::size_t>(node)];
    order.push_back(split.left);
    order.push_back(split.right);
  }
  return order;
}

}  // namespace

float float_below(double threshold) {
  const auto nearest = static_cast<float>(threshold);
  if (static_cast<double>(nearest) <= threshold) return nearest;
  return std::nextafter(nearest, -std::numeric_limits<float>::infinity());
}

bool sends_missing_left(const StoredSplit& split) {
  return split.missing == Missing::none ? 0 <= split.threshold : split.default_left;
}

Forest::Forest(const StoredModel& model) : groups_(model.groups) {
  for (std::size_t i = 0; i < model.trees.size(); ++i)
    add_tree(model.trees[i], static_cast<std::uint32_t>(i % model.groups), model);
}

void Forest::add_tree(const StoredTree& tree, std::uint32_t group, const StoredModel& model) {
  const std::vector<std::int32_t> order = breadth_first(tree);
  const std::size_t root = nodes_.size();
  if (root + order.size() > std::numeric_limits<std::uint32_t>::max())
    throw ModelError("the model has too many nodes");
  Tree& added = trees_.emplace_back(Tree{.root = static_cast<std::uint32_t>(root), .group = group});
  std::size_t next_child = root + 1;
  std::size_t level_end = root + 1;  // of the nodes that are as deep as the one at hand
  for (const std::int32_t index : order) {
    if (nodes_.size() == level_end) {
      ++added.depth;
      level_end = next_child;
    }
    if (index < 0) {
      add_leaf(tree.leaves[static_cast<std::size_t>(~std::int64_t{index})]);
      continue;
    }
    const StoredSplit& split = tree.splits[static_cast<std::size_t>(index)];
    Node node = convert(split, model);
    node.left = static_cast<std::uint32_t>(next_child);
    next_child += 2;
    nodes_.push_back(node);
    leaves_.push_back(0);
    added.in_step = added.in_step && !split.by_category && split.missing != Missing::zero;
  }
  added.in_step = added.in_step && added.depth <= in_step_depth;
  all_in_step_ = all_in_step_ && added.in_step;
}

// Whatever a row has, it goes left from a leaf, which is the leaf itself.
void Forest::add_leaf(double value) {
  const auto place = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back({std::numeric_limits<float>::infinity(), missing_left, place});
  leaves_.push_back(value);
}

Forest::Node Forest::convert(const StoredSplit& split, const StoredModel& model) {
  if (split.feature >= model.features) damaged("a node splits on a column that there is not");
  if (std::isnan(split.threshold)) damaged("a threshold is no number");
  if (split.by_category)
    return {std::bit_cast<float>(add_categories(split.categories)), split.feature | by_category, 0};
  Node node{float_below(split.threshold), split.feature, 0};
  if (sends_missing_left(split)) node.feature |= missing_left;
  if (split.missing == Missing::zero) node.feature |= zero_is_missing;
  return node;
}

std::uint32_t Forest::add_categories(const std::vector<std::uint32_t>& words) {
  const auto place = static_cast<std::uint32_t>(categories_.size());
  if (categories_.size() + words.size() >= category_words_limit)
    throw ModelError("the model has too many categories");
  categories_.push_back(static_cast<std::uint32_t>(words.size()));
  categories_.insert(categories_.end(), words.begin(), words.end());
  return place;
}

// A value's whole part is its category; what is no number or negative goes right, as what was not
// seen in training.
bool Forest::is_left_of_categories(std::uint32_t place, float value) const {
  if (!(value > -1.0F) || value >= 2147483648.0F) return false;
  const auto category = static_cast<std::uint32_t>(static_cast<std::int32_t>(value));
  if (category / 32 >= categories_[place]) return false;
  return ((categories_[place + 1 + category / 32] >> (category % 32)) & 1U) != 0;
}

inline bool Forest::goes_left(const Node& node, float value) const {
  if ((node.feature & by_category) != 0)
    return is_left_of_categories(std::bit_cast<std::uint32_t>(node.value), value);
  if (std::isnan(value) || ((node.feature & zero_is_missing) != 0 && value == 0))
    return (node.feature & missing_left) != 0;
  return value <= node.value;
}

inline std::uint32_t Forest::leaf(const Tree& tree, const float* row) const {
  std::uint32_t place = tree.root;
  while (nodes_[place].left != place) {
    const Node& node = nodes_[place];
    place = node.left + (goes_left(node, row[node.feature & column_mask]) ? 0 : 1);
  }
  return place;
}

// Of a tree without categories and without zeros that are missing. No branch depends on the data:
// half of them would be guessed wrong.
inline std::uint32_t Forest::next(std::uint32_t place, const float* row) const {
  const Node& node = nodes_[place];
  const float value = row[node.feature & column_mask];
  const bool missing_goes_left = std::isnan(value) & ((node.feature & missing_left) != 0);
  const bool left = (value <= node.value) | missing_goes_left;
  return node.left + (left ? 0 : 1);
}

inline void Forest::walk(Places& places, const Rows& rows, std::uint32_t depth) const {
  for (; depth > 0; --depth) {
    for (std::size_t lane = 0; lane < lanes; ++lane) places[lane] = next(places[lane], rows[lane]);
  }
}

void Forest::add_tree_to_rows(const Tree& tree, std::span<const float* const> rows,
                              double* sums) const {
  std::size_t at = 0;
  for (; tree.in_step && at + lanes <= rows.size(); at += lanes) {
    Places places;
    places.fill(tree.root);
    Rows several;
    std::copy_n(rows.begin() + static_cast<std::ptrdiff_t>(at), lanes, several.begin());
    walk(places, several, tree.depth);
    for (std::size_t lane = 0; lane < lanes; ++lane)
      sums[(at + lane) * groups_ + tree.group] += leaves_[places[lane]];
  }
  for (; at < rows.size(); ++at) sums[at * groups_ + tree.group] += leaves_[leaf(tree, rows[at])];
}

// As many trees as there are lanes, in their order.
void Forest::add_trees_to_row(std::span<const Tree> trees, const float* row, double* sums) const {
  Places places;
  Rows same;
  same.fill(row);
  std::uint32_t depth = 0;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    places[lane] = trees[lane].root;
    depth = std::max(depth, trees[lane].depth);
  }
  walk(places, same, depth);
  for (std::size_t lane = 0; lane < lanes; ++lane) sums[trees[lane].group] += leaves_[places[lane]];
}

void Forest::add(std::span<const float* const> rows, std::span<double> sums) const {
  const std::span<const Tree> trees(trees_);
  std::size_t at = 0;
  // One row alone has its walks in several trees.
  while (rows.size() == 1 && all_in_step_ && at + lanes <= trees.size()) {
    add_trees_to_row(trees.subspan(at, lanes), rows.front(), sums.data());
    at += lanes;
  }
  for (; at < trees.size(); ++at) add_tree_to_rows(trees[at], rows, sums.data());
}

}  // namespace millrace::learn::lightgbm
