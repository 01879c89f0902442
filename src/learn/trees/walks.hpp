// Walks from the roots of trees to their leaves, many at a time: each step of a walk waits for the
// one before it, so several walks wait together.
#pragma once

#include "learn/trees/row_keys.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace millrace::learn::trees {

template <class Number>
class Walks {
 public:
  // Of nodes that form trees.
  Walks(const Described<Number>& described, const RowKeys& keys);

  [[nodiscard]] std::size_t trees() const { return trees_.size(); }

  // What each tree gives one row, in their order.
  void give(const Key* keys, std::span<Number> given) const;

  // Adds every tree's leaf to the sums of each row, tree after tree.
  void add(std::span<const Key* const> rows, std::span<Number> sums) const;

  // Walks that go on together.
  static constexpr std::size_t lanes = 16;
  // Trees up to this depth, if they have not much less leaves than they could have, are stored
  // whole: then the places of a split's children follow from its own, and no leaf ends a walk
  // early.
  static constexpr std::uint32_t whole_depth = 8;

 private:
  // Of a whole tree: the children of place p are at 2 p and 2 p + 1, the root is at 1.
  struct Split {
    Key last_left = behind_all;
    std::uint32_t key = RowKeys::always_left;
  };
  // Of another: the right child follows the left one. A leaf is its own child, as its key is always
  // left.
  struct Step {
    Key last_left;  // or the place of the categories, or of the leaf
    std::uint32_t key;
    std::uint32_t left;
  };
  enum class Way : std::uint8_t { whole, in_step, alone };
  struct Root {
    std::uint32_t first = 0;  // of the splits, or of the steps
    std::uint32_t leaves = 0;
    std::uint32_t depth = 0;  // steps to the deepest leaf
    std::uint32_t group = 0;
    std::uint32_t tree = 0;
    Way way = Way::whole;
  };
  using Rows = std::array<const Key*, lanes>;
  using Places = std::array<std::uint32_t, lanes>;
  struct Levels;

  void add_whole(const Tree<Number>& tree, const Levels& levels, const RowKeys& keys, Root& root);
  void add_steps(const Tree<Number>& tree, const Levels& levels, const RowKeys& keys, Root& root);
  [[nodiscard]] std::uint32_t next(std::uint32_t place, const Key* row) const;
  // Of leaves.
  [[nodiscard]] std::uint32_t find_one(const Root& root, const Key* row) const;
  void give_together(std::span<const Root, lanes> roots, const Key* row, Number* given) const;
  void find_of_rows(const Root& root, const Rows& rows, Places& found) const;
  void walk_steps(std::uint32_t depth, const Rows& rows, Places& places) const;

  std::size_t groups_;
  CategorySets sets_;
  std::vector<Split> splits_;
  std::vector<Step> steps_;
  std::vector<Number> leaves_;
  std::vector<Root> trees_;
  std::vector<Root> by_depth_;  // the same, those that take as long beside each other
};

extern template class Walks<float>;
extern template class Walks<double>;

}  // namespace millrace::learn::trees
