// CatBoost's trees whose nodes ask each for itself: grown depthwise or lossguide.
#pragma once

#include "learn/catboost/stored_model.hpp"
#include "learn/trees/lane_forest.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace millrace::learn::catboost {

// Whether a number of a row that was prepared is above a border.
struct Condition {
  std::uint32_t place = 0;
  float border = 0;
};

class NodeTrees {
 public:
  using Lanes = trees::LaneForest<double>;

  NodeTrees() = default;
  // `conditions` has one for each of the model's splits. Throws learn::ModelError when the nodes of
  // a tree do not form a tree.
  NodeTrees(const StoredModel& model, std::span<const Condition> conditions);

  // Adds every tree's leaf to the sums, one a dimension, of the row whose numbers are `values`.
  void add(const float* values, double* sums) const;

  // The same trees for many rows at once, of `places` numbers; none where they are too large, or
  // their leaves are lists.
  [[nodiscard]] std::optional<Lanes> make_lanes(std::size_t places, Lanes::Kernel kernel) const;

 private:
  // The child of the answer no; the other one follows it. A leaf is its own.
  struct Node {
    Condition asked;
    std::uint32_t child = 0;
  };
  struct Tree {
    std::uint32_t root = 0;
    std::uint32_t depth = 0;  // steps to the deepest leaf of this tree and those that go with it
  };
  // Walks that go on together: each step of a walk waits for the one before it; eight wait at the
  // same time.
  static constexpr std::size_t walks = 8;

  void add_tree(const StoredModel& model, std::span<const Condition> conditions, std::size_t begin,
                std::size_t size);
  [[nodiscard]] std::uint32_t next(std::uint32_t at, const float* values) const;
  void add_leaf(std::uint32_t node, double* sums) const;
  void add_trees(std::span<const Tree> trees, const float* values, double* sums) const;
  [[nodiscard]] trees::LaneTree<double> lane_tree(std::size_t tree) const;

  std::vector<Node> nodes_;
  std::vector<Tree> trees_;
  std::vector<double> leaves_;  // `dimension_` a node
  std::size_t dimension_ = 1;
};

}  // namespace millrace::learn::catboost
