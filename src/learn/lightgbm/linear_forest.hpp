// Trees whose leaves are linear functions of the row (linear_tree=true).
#pragma once

#include "learn/lightgbm/forest.hpp"
#include "learn/lightgbm/stored_model.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace millrace::learn::lightgbm {

[[nodiscard]] bool has_linear_leaves(const StoredModel& model);

class LinearForest {
 public:
  // Throws ModelError as Forest does.
  explicit LinearForest(const StoredModel& model);

  // Adds every tree's leaf to the sums of each row, tree after tree; `rows` and `sums` as Forest
  // takes them.
  void add(std::span<const float* const> rows, std::span<double> sums) const;

 private:
  struct Term {
    std::uint32_t column;
    double coefficient;
  };
  struct Leaf {
    double value;     // where a column that it needs is missing
    double constant;  // to which the terms are added
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  void add_leaves(const StoredTree& tree);
  [[nodiscard]] double output(const Leaf& leaf, const float* row) const;

  Forest walk_;  // to the numbers of leaves
  std::size_t trees_;
  std::size_t groups_;
  std::vector<Leaf> leaves_;
  std::vector<Term> terms_;
};

}  // namespace millrace::learn::lightgbm
