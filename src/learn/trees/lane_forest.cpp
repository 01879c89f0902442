// The method is that of QuickScorer (Lucchese et al., SIGIR 2015), with rows in the lanes.
#include "learn/trees/lane_forest.hpp"

#include <algorithm>
#include <cmath>

namespace millrace::learn::trees {
namespace {

constexpr std::size_t leaves_limit = 32;  // on a side of a root: bits of a word
constexpr std::size_t widest_columns = 4096;

template <class Number>
bool is_leaf(const LaneNode<Number>& node) {
  return node.left == -1;
}

template <class Number>
bool is_odd(const LaneNode<Number>& node) {
  return !is_leaf(node) && (node.odd || std::isnan(node.threshold));
}

// The leaves of one side, from left to right, and the splits above them.
template <class Number>
class SideBuilder {
 public:
  explicit SideBuilder(const LaneTree<Number>& tree) : tree_(tree) {}

  // False when there are too many leaves, or odd splits.
  [[nodiscard]] bool take(std::int32_t top) {
    static_cast<void>(leaves_below(top, 0));
    return fits_;
  }

  [[nodiscard]] LaneSide put(LaneNumbers<Number>& numbers) const {
    LaneSide side{.splits = static_cast<std::uint32_t>(numbers.splits.size()),
                  .leaves = static_cast<std::int32_t>(numbers.leaves.size())};
    numbers.splits.insert(numbers.splits.end(), missing_left_.begin(), missing_left_.end());
    side.missing_right = static_cast<std::uint32_t>(numbers.splits.size());
    numbers.splits.insert(numbers.splits.end(), missing_right_.begin(), missing_right_.end());
    side.end = static_cast<std::uint32_t>(numbers.splits.size());
    numbers.leaves.insert(numbers.leaves.end(), leaves_.begin(), leaves_.end());
    return side;
  }

 private:
  std::uint32_t leaves_below(std::int32_t index, std::size_t depth) {
    const LaneNode<Number>& node = tree_.nodes[static_cast<std::size_t>(index)];
    fits_ = fits_ && !is_odd(node) && depth < leaves_limit && leaves_.size() < leaves_limit;
    if (!fits_) return 0;
    if (is_leaf(node)) {
      leaves_.push_back(node.leaf);
      return 0x80000000U >> (leaves_.size() - 1);
    }
    const std::uint32_t left = leaves_below(node.left, depth + 1);
    const std::uint32_t right = leaves_below(node.right, depth + 1);
    auto& splits = node.missing_left ? missing_left_ : missing_right_;
    splits.push_back({node.threshold, node.column, static_cast<std::int32_t>(~left)});
    return left | right;
  }

  const LaneTree<Number>& tree_;
  bool fits_ = true;
  std::vector<Number> leaves_;
  std::vector<LaneSplit> missing_left_;
  std::vector<LaneSplit> missing_right_;
};

// A tree of one leaf has it on both sides.
template <class Number>
bool add_tree(const LaneTree<Number>& tree, LaneNumbers<Number>& numbers) {
  const LaneNode<Number>& root = tree.nodes.front();
  if (is_odd(root)) return false;
  SideBuilder<Number> left(tree);
  SideBuilder<Number> right(tree);
  if (!left.take(is_leaf(root) ? 0 : root.left) || !right.take(is_leaf(root) ? 0 : root.right))
    return false;
  LaneRoot made{.threshold = root.threshold,
                .column = root.column,
                .missing_left = root.missing_left,
                .group = tree.group};
  if (is_leaf(root)) made.column = 0;
  made.left = left.put(numbers);
  made.right = right.put(numbers);
  numbers.trees.push_back(made);
  return true;
}

}  // namespace

template <class Number>
std::optional<LaneForest<Number>> LaneForest<Number>::make(std::span<const LaneTree<Number>> trees,
                                                           std::size_t columns, std::size_t groups,
                                                           Kernel kernel) {
  if (columns == 0 || columns > widest_columns) return std::nullopt;
  LaneNumbers<Number> numbers;
  for (const LaneTree<Number>& tree : trees) {
    if (!add_tree(tree, numbers)) return std::nullopt;
  }
  return LaneForest(std::move(numbers), columns, groups, kernel);
}

template <class Number>
void LaneForest<Number>::add(std::span<const float* const> rows, std::span<Number> sums) const {
  std::vector<Lanes<float>> columns(columns_);
  std::vector<Lanes<Number>> added(groups_);
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

template class LaneForest<float>;
template class LaneForest<double>;

}  // namespace millrace::learn::trees
