// A random cut tree (Guha, Mishra, Roy and Schrijvers, 2016): boxes around points, cut in two until
// each holds one point. How early a cut parts a new point from all others says how odd it is.
#pragma once

#include "learn/draw.hpp"
#include "learn/nearest.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace millrace::learn::random_cut_forest {

// A place in a tree: the number of a node, or the complement (~) of a leaf's.
using Place = std::int32_t;
inline constexpr Place above_root = -1;

[[nodiscard]] constexpr Place place_of_leaf(std::size_t number) {
  return ~static_cast<Place>(number);
}
[[nodiscard]] constexpr std::size_t leaf_number(Place place) {
  const Place number = ~place;
  return static_cast<std::size_t>(number);
}

struct Node {
  std::uint32_t column = 0;
  float cut = 0;  // points up to it lie to the left
  Place left = 0;
  Place right = 0;
  Place parent = above_root;
  double extent = 0;  // the sum of the box's sides
};

struct Leaf {
  std::uint32_t mass = 0;   // how many equal points it stands for
  std::uint32_t depth = 0;  // the number of cuts above it
  Place parent = above_root;
};

struct Tree {
  std::size_t columns = 0;
  std::size_t mass = 0;       // the number of points
  std::vector<Node> nodes;    // a node before those below it, left before right; none where all
                              // points are equal
  std::vector<Leaf> leaves;   // from left to right
  std::vector<float> boxes;   // of each node: the least of each column, then the greatest
  std::vector<float> points;  // of each leaf

  [[nodiscard]] std::span<const float> low(std::size_t node) const {
    return std::span(boxes).subspan(2 * node * columns, columns);
  }
  [[nodiscard]] std::span<const float> high(std::size_t node) const {
    return std::span(boxes).subspan((2 * node + 1) * columns, columns);
  }
  [[nodiscard]] std::span<const float> point(std::size_t leaf) const {
    return std::span(points).subspan(leaf * columns, columns);
  }
};

// A tree of these points, of which there is at least one. A side of the box is cut with a
// probability in proportion to its length, uniformly along it.
[[nodiscard]] Tree grow(const Rows& points, Draw& draw);

// The boxes from the leaves' points, where all else is known.
void fill_boxes(Tree& tree);

// The number of the leaf at which a row's way through the cuts ends.
[[nodiscard]] std::size_t find_leaf(const Tree& tree, const float* row);

// The score, before it is scaled, of a row that is this leaf's point.
[[nodiscard]] double seen(const Leaf& leaf, std::size_t mass);

// With what probability the next cut parts `row` from all that the node holds.
[[nodiscard]] double separation(const Tree& tree, std::size_t node, const float* row,
                                const Kernels& kernels);

// The open random cut forest's anomaly score of one tree: the expectation of 1 / (depth + 1) at
// which the row would come to lie, times log2(mass + 1). Where the row is a leaf's point:
// (1 - m / (2 mass)) / (depth + log2(m + 1)) with the leaf's mass m.
[[nodiscard]] double score(const Tree& tree, const float* row, const Kernels& kernels);

}  // namespace millrace::learn::random_cut_forest
