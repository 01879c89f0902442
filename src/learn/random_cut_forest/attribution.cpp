#include "learn/random_cut_forest/attribution.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace millrace::learn::random_cut_forest {
namespace {

struct Box {
  std::span<const float> low;
  std::span<const float> high;
};

// In 64 bits, which no sum of differences leaves.
double outside(const Box& box, std::span<const float> row) {
  double sum = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto value = static_cast<double>(row[i]);
    sum += std::max(0.0, value - static_cast<double>(box.high[i]));
    sum += std::max(0.0, static_cast<double>(box.low[i]) - value);
  }
  return sum;
}

// `share` for each unit by which the row lies above or below the box.
void add_shares(const Box& box, std::span<const float> row, double share, std::span<double> sums) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto value = static_cast<double>(row[i]);
    sums[i] += share * std::max(0.0, value - static_cast<double>(box.high[i]));
    sums[row.size() + i] += share * std::max(0.0, static_cast<double>(box.low[i]) - value);
  }
}

}  // namespace

void attribute(const Tree& tree, std::span<const float> row, std::span<double> sums) {
  const std::size_t number = find_leaf(tree, row.data());
  const Leaf& leaf = tree.leaves[number];
  const Box point{tree.point(number), tree.point(number)};
  const double apart = outside(point, row);
  const double scale = std::log2(static_cast<double>(tree.mass) + 1);
  if (apart == 0) {
    const double share = scale * seen(leaf, tree.mass) / static_cast<double>(sums.size());
    for (double& sum : sums) sum += share;
    return;
  }
  std::vector<std::size_t> above;
  for (Place at = leaf.parent; at != above_root;
       at = tree.nodes[static_cast<std::size_t>(at)].parent)
    above.push_back(static_cast<std::size_t>(at));
  // With what probability no box from the root on has parted the row.
  double together = scale;
  double depth = 1;
  for (auto at = above.rbegin(); at != above.rend(); ++at, ++depth) {
    const Box box{tree.low(*at), tree.high(*at)};
    const double distance = outside(box, row);
    const double extent = tree.nodes[*at].extent + distance;
    add_shares(box, row, together / (depth * extent), sums);
    together *= 1 - distance / extent;
  }
  add_shares(point, row, together / (depth * apart), sums);
}

void attribute(const Forest& forest, const Windows& rows, std::span<float> out) {
  const std::size_t width = 2 * forest.columns;
  std::vector<double> sums(width);
  for (std::size_t row = 0; row < rows.count; ++row) {
    std::ranges::fill(sums, 0);
    for (const Tree& tree : forest.trees) attribute(tree, rows.row(row), sums);
    for (std::size_t i = 0; i < width; ++i)
      out[row * width + i] = static_cast<float>(sums[i] / static_cast<double>(forest.trees.size()));
  }
}

}  // namespace millrace::learn::random_cut_forest
