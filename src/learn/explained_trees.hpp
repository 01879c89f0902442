// The parts that columns have in what a forest adds up to, for any kind of splits.
#pragma once

#include "learn/model.hpp"
#include "learn/tree_shapley.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace millrace::learn {

constexpr std::size_t explained_bytes_limit = std::size_t{8} << 30;  // of all tables

// `Split` has its `place` among the tree's nodes, its `column`, and `goes_left(value)`.
template <class Split>
struct ExplainedTree {
  TreeShapley shapley;
  std::vector<Split> splits;
  std::size_t nodes;
  std::size_t group;  // the output that it adds to
  double weight;
};

template <class Split>
class ExplainedTrees {
 public:
  ExplainedTrees(std::size_t features, std::size_t groups,
                 std::size_t bytes_limit = explained_bytes_limit)
      : features_(features), groups_(groups), bytes_left_(bytes_limit) {}

  // That are left for the tables of trees to come.
  [[nodiscard]] std::size_t bytes_left() const { return bytes_left_; }

  // Throws ModelError where the tables of all trees would be too large.
  void push(ExplainedTree<Split> tree) {
    const std::size_t bytes = tree.shapley.table_bytes();
    if (bytes > bytes_left_) throw ModelError("the model is too large to be explained");
    bytes_left_ -= bytes;
    nodes_ = std::max(nodes_, tree.nodes);
    trees_.push_back(std::move(tree));
  }

  // What the trees add to each output, where nothing of the row is known.
  [[nodiscard]] std::vector<double> means() const {
    std::vector<double> means(groups_);
    for (const auto& tree : trees_) means[tree.group] += tree.weight * tree.shapley.mean();
    return means;
  }

  // Adds to `shares`, which has rows x groups x (features + 1) places, the last ones untouched. A
  // tree's tables are read once for all rows.
  void add(std::span<const float* const> rows, std::span<double> shares) const {
    std::vector<std::uint8_t> goes_left(nodes_);
    TreeShapley::Scratch scratch;
    for (const auto& tree : trees_) {
      for (std::size_t i = 0; i < rows.size(); ++i) {
        for (const Split& split : tree.splits)
          goes_left[split.place] = split.goes_left(rows[i][split.column]) ? 1 : 0;
        const std::size_t begin = (i * groups_ + tree.group) * (features_ + 1);
        tree.shapley.add(goes_left, tree.weight, shares.subspan(begin, features_), scratch);
      }
    }
  }

 private:
  std::vector<ExplainedTree<Split>> trees_;
  std::size_t features_;
  std::size_t groups_;
  std::size_t nodes_ = 0;  // of the largest tree
  std::size_t bytes_left_;
};

}  // namespace millrace::learn
