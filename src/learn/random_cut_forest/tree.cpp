#include "learn/random_cut_forest/tree.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace millrace::learn::random_cut_forest {
namespace {

// Points that wait to be cut: a run of `order`.
struct Task {
  std::size_t first = 0;
  std::size_t last = 0;
  std::uint32_t depth = 0;
  Place parent = above_root;
  bool right = false;
};

struct Cut {
  std::size_t column = 0;
  float value = 0;
};

double extent_of(std::span<const float> low, std::span<const float> high) {
  double sum = 0;
  for (std::size_t i = 0; i < low.size(); ++i)
    sum += static_cast<double>(high[i]) - static_cast<double>(low[i]);
  return sum;
}

// The cut at `value`, or just below `high` where rounding left nothing to the right of it.
float below(float value, float low, float high) {
  return value < high ? value : std::nextafter(high, low);
}

Cut draw_cut(std::span<const float> low, std::span<const float> high, double extent, Draw& draw) {
  double left = draw.uniform() * extent;
  std::size_t last = 0;
  for (std::size_t i = 0; i < low.size(); ++i) {
    const double side = static_cast<double>(high[i]) - static_cast<double>(low[i]);
    if (left < side) {
      const auto value = static_cast<float>(static_cast<double>(low[i]) + left);
      return {i, below(value, low[i], high[i])};
    }
    if (side > 0) last = i;
    left -= side;
  }
  return {last, below(high[last], low[last], high[last])};
}

class Grower {
 public:
  Grower(const Rows& points, Draw& draw)
      : points_(points),
        draw_(draw),
        order_(points.count),
        tree_{.columns = points.columns, .mass = points.count} {
    std::iota(order_.begin(), order_.end(), 0U);
  }

  Tree grow() {
    tasks_.push_back({.last = points_.count});
    while (!tasks_.empty()) {
      const Task task = tasks_.back();
      tasks_.pop_back();
      take(task);
    }
    return std::move(tree_);
  }

 private:
  void take(const Task& task) {
    measure(task);
    const double extent = extent_of(low_, high_);
    if (extent > 0)
      add_node(task, extent);
    else
      add_leaf(task);
  }

  // The box around the task's points.
  void measure(const Task& task) {
    const auto first = points_.row(order_[task.first]);
    low_.assign(first.begin(), first.end());
    high_ = low_;
    for (std::size_t i = task.first + 1; i < task.last; ++i)
      kernels_.widen(low_.data(), high_.data(), points_.row(order_[i]).data(), points_.columns);
  }

  void add_leaf(const Task& task) {
    link(task, place_of_leaf(tree_.leaves.size()));
    tree_.leaves.push_back({.mass = static_cast<std::uint32_t>(task.last - task.first),
                            .depth = task.depth,
                            .parent = task.parent});
    tree_.points.insert(tree_.points.end(), low_.begin(), low_.end());
  }

  void add_node(const Task& task, double extent) {
    const auto node = static_cast<Place>(tree_.nodes.size());
    const Cut cut = draw_cut(low_, high_, extent, draw_);
    link(task, node);
    tree_.nodes.push_back({.column = static_cast<std::uint32_t>(cut.column),
                           .cut = cut.value,
                           .parent = task.parent,
                           .extent = extent});
    tree_.boxes.insert(tree_.boxes.end(), low_.begin(), low_.end());
    tree_.boxes.insert(tree_.boxes.end(), high_.begin(), high_.end());
    const std::size_t middle = part(task, cut);
    tasks_.push_back({middle, task.last, task.depth + 1, node, true});
    tasks_.push_back({task.first, middle, task.depth + 1, node, false});
  }

  std::size_t part(const Task& task, const Cut& cut) {
    const auto begin = order_.begin();
    const auto middle = std::partition(
        begin + static_cast<std::ptrdiff_t>(task.first),
        begin + static_cast<std::ptrdiff_t>(task.last),
        [&](std::uint32_t point) { return points_.row(point)[cut.column] <= cut.value; });
    return static_cast<std::size_t>(middle - begin);
  }

  void link(const Task& task, Place place) {
    if (task.parent == above_root) return;
    Node& parent = tree_.nodes[static_cast<std::size_t>(task.parent)];
    (task.right ? parent.right : parent.left) = place;
  }

  const Rows& points_;
  Draw& draw_;
  const Kernels& kernels_ = kernels();
  std::vector<std::uint32_t> order_;
  std::vector<Task> tasks_;
  std::vector<float> low_;
  std::vector<float> high_;
  Tree tree_;
};

std::span<const float> low_of(const Tree& tree, Place place) {
  return place < 0 ? tree.point(leaf_number(place)) : tree.low(static_cast<std::size_t>(place));
}

std::span<const float> high_of(const Tree& tree, Place place) {
  return place < 0 ? tree.point(leaf_number(place)) : tree.high(static_cast<std::size_t>(place));
}

}  // namespace

Tree grow(const Rows& points, Draw& draw) { return Grower(points, draw).grow(); }

void fill_boxes(Tree& tree) {
  tree.boxes.resize(2 * tree.nodes.size() * tree.columns);
  for (std::size_t node = tree.nodes.size(); node-- > 0;) {
    Node& parent = tree.nodes[node];
    float* const low = tree.boxes.data() + 2 * node * tree.columns;
    std::ranges::transform(low_of(tree, parent.left), low_of(tree, parent.right), low,
                           [](float a, float b) { return std::min(a, b); });
    std::ranges::transform(high_of(tree, parent.left), high_of(tree, parent.right),
                           low + tree.columns, [](float a, float b) { return std::max(a, b); });
    parent.extent = extent_of(tree.low(node), tree.high(node));
  }
}

std::size_t find_leaf(const Tree& tree, const float* row) {
  Place at = tree.nodes.empty() ? place_of_leaf(0) : 0;
  while (at >= 0) {
    const Node& node = tree.nodes[static_cast<std::size_t>(at)];
    at = row[node.column] <= node.cut ? node.left : node.right;
  }
  return leaf_number(at);
}

double seen(const Leaf& leaf, std::size_t mass) {
  const double leaf_mass = leaf.mass;
  const double damp = 1 - leaf_mass / (2 * static_cast<double>(mass));
  return damp / (leaf.depth + std::log2(leaf_mass + 1));
}

double separation(const Tree& tree, std::size_t node, const float* row, const Kernels& kernels) {
  const float* const low = tree.boxes.data() + 2 * node * tree.columns;
  const auto outside =
      static_cast<double>(kernels.outside(row, low, low + tree.columns, tree.columns));
  // Beyond the greatest float the new point is all of the box.
  return std::isfinite(outside) ? outside / (tree.nodes[node].extent + outside) : 1;
}

double score(const Tree& tree, const float* row, const Kernels& kernels) {
  const std::size_t number = find_leaf(tree, row);
  const Leaf& leaf = tree.leaves[number];
  const float* const point = tree.points.data() + number * tree.columns;
  const double scale = std::log2(static_cast<double>(tree.mass) + 1);
  if (kernels.outside(row, point, point, tree.columns) == 0) return scale * seen(leaf, tree.mass);
  double expected = 1.0 / (leaf.depth + 1);
  std::uint32_t depth = leaf.depth;
  for (Place at = leaf.parent; at != above_root;
       at = tree.nodes[static_cast<std::size_t>(at)].parent) {
    const double parted = separation(tree, static_cast<std::size_t>(at), row, kernels);
    if (parted == 0) break;  // all boxes above hold the row too
    expected = parted / depth + (1 - parted) * expected;
    --depth;
  }
  return scale * expected;
}

}  // namespace millrace::learn::random_cut_forest
