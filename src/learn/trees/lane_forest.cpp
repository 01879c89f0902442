// The method is that of QuickScorer (Lucchese et al., SIGIR 2015), with rows in the lanes.
#include "learn/trees/lane_forest.hpp"

namespace millrace::learn::trees {
namespace {

constexpr std::size_t leaves_limit = 32;  // on a side of a root: bits of a word
constexpr std::size_t widest_keys = 8192;

// The leaves of one side, from left to right, and the splits above them.
template <class Number>
class SideBuilder {
 public:
  SideBuilder(const Tree<Number>& tree, const RowKeys& keys) : tree_(tree), keys_(keys) {}

  // False when there are too many leaves, or categories.
  [[nodiscard]] bool take(std::uint32_t top) {
    static_cast<void>(leaves_below(top, 0));
    return fits_;
  }

  [[nodiscard]] LaneSide put(LaneNumbers<Number>& numbers) const {
    LaneSide side{.begin = static_cast<std::uint32_t>(numbers.splits.size()),
                  .leaves = static_cast<std::int32_t>(numbers.leaves.size())};
    numbers.splits.insert(numbers.splits.end(), splits_.begin(), splits_.end());
    side.end = static_cast<std::uint32_t>(numbers.splits.size());
    numbers.leaves.insert(numbers.leaves.end(), leaves_.begin(), leaves_.end());
    return side;
  }

 private:
  std::uint32_t leaves_below(std::uint32_t index, std::size_t depth) {
    const Node<Number>& node = tree_.nodes[index];
    fits_ = fits_ && !node.categories && depth < leaves_limit && leaves_.size() < leaves_limit;
    if (!fits_) return 0;
    if (node.is_leaf()) {
      leaves_.push_back(node.leaf);
      return 1U << (leaves_.size() - 1);
    }
    const std::uint32_t left = leaves_below(node.left, depth + 1);
    const std::uint32_t right = leaves_below(node.right, depth + 1);
    splits_.push_back({node.last_left, keys_.place(node), static_cast<std::int32_t>(~left)});
    return left | right;
  }

  const Tree<Number>& tree_;
  const RowKeys& keys_;
  bool fits_ = true;
  std::vector<Number> leaves_;
  std::vector<LaneSplit> splits_;
};

// A tree of one leaf has it on both sides.
template <class Number>
bool add_tree(const Tree<Number>& tree, const RowKeys& keys, LaneNumbers<Number>& numbers) {
  const Node<Number>& root = tree.nodes.front();
  if (root.categories) return false;
  SideBuilder<Number> left(tree, keys);
  SideBuilder<Number> right(tree, keys);
  if (!left.take(root.left) || !right.take(root.right)) return false;
  LaneRoot made{.group = tree.group};
  if (!root.is_leaf()) {
    made.last_left = root.last_left;
    made.key = keys.place(root);
  }
  made.left = left.put(numbers);
  made.right = right.put(numbers);
  numbers.trees.push_back(made);
  return true;
}

}  // namespace

template <class Number>
std::optional<LaneForest<Number>> LaneForest<Number>::make(const Described<Number>& described,
                                                           const RowKeys& keys, Kernel kernel) {
  if (keys.size() > widest_keys) return std::nullopt;
  LaneNumbers<Number> numbers;
  for (const Tree<Number>& tree : described.trees) {
    if (!add_tree(tree, keys, numbers)) return std::nullopt;
  }
  return LaneForest(std::move(numbers), keys.size(), described.groups, kernel);
}

template <class Number>
void LaneForest<Number>::add(std::span<const Key* const> rows, std::span<Number> sums) const {
  std::vector<Lanes<Key>> keys(keys_);
  std::vector<Lanes<Number>> added(groups_);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const Key* const given = rows[row];
    Key* const lane = keys.data()->of.data() + row;
    for (std::size_t key = 0; key < keys_; ++key) lane[key * lane_count] = given[key];
    for (std::size_t group = 0; group < groups_; ++group)
      added[group].of[row] = sums[row * groups_ + group];
  }
  kernel_(numbers_, keys.data(), added.data());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t group = 0; group < groups_; ++group)
      sums[row * groups_ + group] = added[group].of[row];
  }
}

template class LaneForest<float>;
template class LaneForest<double>;

}  // namespace millrace::learn::trees
