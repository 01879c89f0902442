// Exact Shapley values of one decision tree's output, where a column that is left out follows each
// of a split's branches by its share of the rows that the tree was grown on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <unordered_map>
#include <vector>

namespace millrace::learn {

struct ShapleyNode {
  std::int32_t left = -1;  // -1: a leaf
  std::int32_t right = -1;
  std::uint32_t column = 0;
  double value = 0;  // of a leaf
  double cover = 0;  // the rows, or their weights, that came here in training
};

class TreeShapley {
 public:
  // Steps to a leaf; a step looks at those above it.
  static constexpr std::size_t depth_limit = 4096;

  // The root first. Throws std::invalid_argument where the nodes form no tree, a split has no
  // cover, or what it would hold in memory is more than `table_bytes`.
  explicit TreeShapley(std::span<const ShapleyNode> nodes,
                       std::size_t table_bytes = std::numeric_limits<std::size_t>::max());

  // Room for one row's numbers, to be used again for the next row or tree.
  using Scratch = std::vector<double>;

  // Adds `weight` times each column's value to `shares`. `goes_left` has a place for each node
  // given, which only those of splits are read from.
  void add(std::span<const std::uint8_t> goes_left, double weight, std::span<double> shares,
           Scratch& scratch) const;

  // What it holds in memory for the rows to come.
  [[nodiscard]] std::size_t table_bytes() const {
    return (factors_.size() + terms_.size()) * sizeof(double);
  }

  // What the tree gives where all columns are left out.
  [[nodiscard]] double mean() const { return mean_; }

 private:
  static constexpr std::size_t step = 4;  // numbers of a vector
  struct Node {
    std::uint32_t given = 0;  // its place among those given
    std::uint32_t parent = 0;
    std::uint32_t slot = 0;    // of the column of the split above, in `columns_`
    std::int32_t former = -1;  // the node below the last split above on the same column
    bool is_left = false;
    bool is_leaf = false;
    double value = 0;
    double share = 1;  // of the rows at `former`'s parent, along this column's splits
    std::size_t columns_above = 0;
    std::size_t depth = 0;
  };

  void order(std::span<const ShapleyNode> given);
  [[nodiscard]] std::uint32_t slot_of(std::uint32_t column);
  void add_child(std::span<const ShapleyNode> given, std::uint32_t parent, bool is_left);
  [[nodiscard]] std::int32_t find_former(std::uint32_t parent, std::uint32_t column) const;
  void fill_tables();
  void descend(std::span<const std::uint8_t> goes_left, double* weights,
               std::uint8_t* states) const;
  void ascend(const std::uint8_t* states, double* weights, double* shares) const;

  std::vector<Node> nodes_;  // level by level: parents before children, siblings beside each other
  std::vector<std::uint32_t> columns_;                      // that the tree splits on
  std::unordered_map<std::uint32_t, std::uint32_t> slots_;  // of columns among these
  std::vector<double> factors_;  // three states a node, `points_` numbers each
  std::vector<double> terms_;
  std::size_t points_ = step;
  double mean_ = 0;
};

}  // namespace millrace::learn
