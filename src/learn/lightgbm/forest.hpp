// All trees in one array of twelve-byte nodes, for prediction: the children of a node stand beside
// each other.
#pragma once

#include "learn/lightgbm/stored_model.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace millrace::learn::lightgbm {

// The largest single-precision number that is not above `threshold`: numbers of single precision
// stand on the same side of both.
[[nodiscard]] float float_below(double threshold);

// Whether a split sends what is no number to the left.
[[nodiscard]] bool sends_missing_left(const StoredSplit& split);

class Forest {
 public:
  // Throws ModelError when the nodes of a tree do not form a tree, or name columns that the model
  // has not.
  explicit Forest(const StoredModel& model);

  // Adds every tree's leaf to the sums of each row, tree after tree. `rows` point to as many
  // numbers as the model has columns, without any that counts as zero but zero; `sums` has groups
  // places a row.
  void add(std::span<const float* const> rows, std::span<double> sums) const;

 private:
  struct Node {
    float value;            // threshold, or the bits of the place of the categories
    std::uint32_t feature;  // with the flags of the .cpp
    std::uint32_t left;     // the right child follows; a leaf is its own
  };
  struct Tree {
    std::uint32_t root;
    std::uint32_t group;
    std::uint32_t depth = 0;  // steps from the root to the deepest leaf
    bool in_step = true;      // may be walked beside others
  };
  // Walks that go on together, by their nodes' places. Each step of a walk waits for the one before
  // it; eight walks wait at the same time.
  static constexpr std::size_t lanes = 8;
  using Places = std::array<std::uint32_t, lanes>;
  using Rows = std::array<const float*, lanes>;

  void add_tree(const StoredTree& tree, std::uint32_t group, const StoredModel& model);
  void add_leaf(double value);
  [[nodiscard]] Node convert(const StoredSplit& split, const StoredModel& model);
  [[nodiscard]] std::uint32_t add_categories(const std::vector<std::uint32_t>& words);
  [[nodiscard]] bool goes_left(const Node& node, float value) const;
  [[nodiscard]] bool is_left_of_categories(std::uint32_t place, float value) const;
  [[nodiscard]] std::uint32_t leaf(const Tree& tree, const float* row) const;
  [[nodiscard]] std::uint32_t next(std::uint32_t place, const float* row) const;
  void walk(Places& places, const Rows& rows, std::uint32_t depth) const;
  void add_tree_to_rows(const Tree& tree, std::span<const float* const> rows, double* sums) const;
  void add_trees_to_row(std::span<const Tree> trees, const float* row, double* sums) const;

  std::vector<Node> nodes_;
  std::vector<double> leaves_;  // one a node
  std::vector<Tree> trees_;
  std::vector<std::uint32_t> categories_;  // the number of words, then that many words of bits
  std::size_t groups_;
  bool all_in_step_ = true;
};

}  // namespace millrace::learn::lightgbm
