// All trees in one array of twelve-byte nodes, for prediction: the children of a node stand beside
// each other.
#pragma once

#include "learn/xgboost/stored_model.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace millrace::learn::xgboost {

class Forest {
 public:
  // Throws ModelError when the nodes of a tree do not form a tree, or name columns or outputs that
  // the model has not.
  explicit Forest(const StoredModel& model);

  // Adds every tree's leaf to the sums of each row, tree after tree. `rows` point to as many
  // numbers as the model has columns, NaN where missing; `sums` has groups places a row.
  void add(std::span<const float* const> rows, std::span<float> sums) const;

 private:
  struct Node {
    float value;            // threshold, leaf, or the place of the categories
    std::uint32_t feature;  // with the two flags below
    std::uint32_t left;     // the right child follows; 0 for a leaf, as no child is the first node
  };
  struct Tree {
    std::uint32_t root;
    std::uint32_t group;
    float weight;
    std::uint32_t depth = 0;  // steps from the root to the deepest leaf
    bool in_step = true;      // may be walked beside others
  };
  // Walks that go on together, by their nodes' places. Each step of a walk waits for the one before
  // it; eight walks wait at the same time.
  static constexpr std::size_t lanes = 8;
  using Places = std::array<std::uint32_t, lanes>;
  using Rows = std::array<const float*, lanes>;

  void add_tree(const StoredTree& tree, const StoredModel& model);
  [[nodiscard]] Node convert(const StoredNode& stored, const StoredModel& model);
  [[nodiscard]] std::uint32_t add_categories(const std::vector<std::uint32_t>& chosen);
  [[nodiscard]] bool goes_left(const Node& node, float value) const;
  [[nodiscard]] bool is_left_of_categories(std::uint32_t place, float value) const;
  [[nodiscard]] float leaf(const Tree& tree, const float* row) const;
  [[nodiscard]] std::uint32_t next(std::uint32_t place, const float* row) const;
  void walk(Places& places, const Rows& rows, std::uint32_t depth) const;
  [[nodiscard]] float output(const Tree& tree, float value) const;
  void add_tree_to_rows(const Tree& tree, std::span<const float* const> rows, float* sums) const;
  void add_trees_to_row(std::span<const Tree> trees, const float* row, float* sums) const;

  std::vector<Node> nodes_;
  std::vector<Tree> trees_;
  std::vector<std::uint32_t> categories_;  // the number of words, then that many words of bits
  std::size_t groups_;
  bool weighted_;
  bool all_in_step_ = true;
};

}  // namespace millrace::learn::xgboost
