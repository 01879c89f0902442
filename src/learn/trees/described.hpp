// Forests as the predictors of boosted trees hand them over, whatever library grew them.
#pragma once

#include "learn/trees/category_sets.hpp"
#include "learn/trees/key.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace millrace::learn::trees {

// A leaf has no children; the root is nobody's child. `Number` is what leaves are summed in.
template <class Number>
struct Node {
  std::uint32_t left = 0;
  std::uint32_t right = 0;
  std::uint32_t column = 0;
  Key last_left = before_all;  // what is greater goes right
  bool missing_left = false;
  bool zero_is_missing = false;
  std::optional<std::uint32_t> categories;  // their place, of a split that asks for no threshold
  Number leaf = 0;

  [[nodiscard]] bool is_leaf() const { return left == 0; }
};

template <class Number>
struct Tree {
  std::uint32_t group = 0;          // the output that it adds to
  std::vector<Node<Number>> nodes;  // the root first
};

template <class Number>
struct Described {
  std::size_t columns = 0;
  std::size_t groups = 1;
  float zero_bound = 0;  // what is no larger counts as zero
  CategorySets sets;
  std::vector<Tree<Number>> trees;
};

// Throws ModelError where nodes form no tree, or name columns or outputs that there are not.
template <class Number>
void check(const Described<Number>& described);

extern template void check(const Described<float>& described);
extern template void check(const Described<double>& described);

}  // namespace millrace::learn::trees
