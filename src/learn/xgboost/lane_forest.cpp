// The method is that of QuickScorer (Lucchese et al., SIGIR 2015), with rows in the lanes.
#include "learn/xgboost/lane_forest.hpp"

#include <algorithm>
#include <cmath>

namespace millrace::learn::xgboost {
namespace {

using Numbers = LaneForest::Numbers;
using Side = LaneForest::Side;
using Split = LaneForest::Split;
using Tree = LaneForest::Tree;

constexpr std::size_t leaves_limit = 32;  // on a side of a root: bits of a word
constexpr std::size_t widest_columns = 4096;

bool is_leaf(const StoredNode& node) { return node.left == -1; }

// The leaves of one side, from left to right, and the splits above them.
class SideBuilder {
 public:
  explicit SideBuilder(const StoredTree& tree) : tree_(tree) {}

  // False when there are too many leaves, or other splits than by a threshold.
  [[nodiscard]] bool take(std::int32_t top) {
    static_cast<void>(leaves_below(top, 0));
    return fits_;
  }

  [[nodiscard]] Side put(Numbers& numbers, float weight) const {
    Side side{.splits = static_cast<std::uint32_t>(numbers.splits.size()),
              .leaves = static_cast<std::int32_t>(numbers.leaves.size())};
    numbers.splits.insert(numbers.splits.end(), missing_left_.begin(), missing_left_.end());
    side.missing_right = static_cast<std::uint32_t>(numbers.splits.size());
    numbers.splits.insert(numbers.splits.end(), missing_right_.begin(), missing_right_.end());
    side.end = static_cast<std::uint32_t>(numbers.splits.size());
    for (const float leaf : leaves_) numbers.leaves.push_back(leaf * weight);
    return side;
  }

 private:
  std::uint32_t leaves_below(std::int32_t index, std::size_t depth) {
    const StoredNode& node = tree_.nodes[static_cast<std::size_t>(index)];
    const bool odd = !is_leaf(node) && (std::isnan(node.value) || !node.categories.empty());
    fits_ = fits_ && !odd && depth < leaves_limit && leaves_.size() < leaves_limit;
    if (!fits_) return 0;
    if (is_leaf(node)) {
      leaves_.push_back(node.value);
      return 0x80000000U >> (leaves_.size() - 1);
    }
    const std::uint32_t left = leaves_below(node.left, depth + 1);
    const std::uint32_t right = leaves_below(node.right, depth + 1);
    auto& splits = node.default_left ? missing_left_ : missing_right_;
    splits.push_back({node.value, node.feature, static_cast<std::int32_t>(~left)});
    return left | right;
  }

  const StoredTree& tree_;
  bool fits_ = true;
  std::vector<float> leaves_;
  std::vector<Split> missing_left_;
  std::vector<Split> missing_right_;
};

// A tree of one leaf has it on both sides.
bool add_tree(const StoredTree& stored, float weight, Numbers& numbers) {
  const StoredNode& root = stored.nodes.front();
  if (!is_leaf(root) && (std::isnan(root.value) || !root.categories.empty())) return false;
  SideBuilder left(stored);
  SideBuilder right(stored);
  if (!left.take(is_leaf(root) ? 0 : root.left) || !right.take(is_leaf(root) ? 0 : root.right))
    return false;
  Tree tree{.threshold = is_leaf(root) ? 0 : root.value,
            .column = root.feature,
            .missing_left = root.default_left,
            .group = stored.group};
  if (is_leaf(root)) tree.column = 0;
  tree.left = left.put(numbers, weight);
  tree.right = right.put(numbers, weight);
  numbers.trees.push_back(tree);
  return true;
}

}  // namespace

std::optional<LaneForest> LaneForest::make(const StoredModel& model, Kernel kernel) {
  if (model.features == 0 || model.features > widest_columns) return std::nullopt;
  Numbers numbers;
  for (const StoredTree& tree : model.trees) {
    const float weight = model.booster == BoosterKind::dart ? tree.weight : 1;
    if (!add_tree(tree, weight, numbers)) return std::nullopt;
  }
  return LaneForest(std::move(numbers), model.features, model.groups, kernel);
}

void LaneForest::add(std::span<const float* const> rows, std::span<float> sums) const {
  std::vector<Lanes> columns(columns_);
  std::vector<Lanes> added(groups_);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t column = 0; column < columns_; ++column)
      columns[column].of[row] = rows[row][column];
    for (std::size_t group = 0; group < groups_; ++group)
      added[group].of[row] = sums[row * groups_ + group];
  }
  kernel_(numbers_, columns.data(), added.data());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t group = 0; group < groups_; ++group)
      sums[row * groups_ + group] = added[group].of[row];
  }
}

}  // namespace millrace::learn::xgboost
