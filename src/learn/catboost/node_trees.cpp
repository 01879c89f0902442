#include "learn/catboost/node_trees.hpp"

#include "learn/model.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace millrace::learn::catboost {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

// A node of a file, or the leaf that ends a walk there.
struct Place {
  std::size_t node = 0;
  bool ends = false;
};

// The nodes of a tree breadth first, which puts children beside each other, and how deep they are.
struct Order {
  std::vector<Place> places;
  std::vector<std::uint32_t> depths;

  void add(Place place, std::uint32_t depth) {
    places.push_back(place);
    depths.push_back(depth);
  }
};

bool is_leaf(std::span<const Step> steps, const Place& place) {
  return place.ends || (steps[place.node].left == 0 && steps[place.node].right == 0);
}

Order breadth_first(std::span<const Step> steps) {
  std::vector<bool> seen(steps.size());
  Order order;
  order.add({}, 0);
  for (std::size_t at = 0; at < order.places.size(); ++at) {
    const Place place = order.places[at];
    if (is_leaf(steps, place)) continue;
    for (const std::uint16_t step : {steps[place.node].left, steps[place.node].right}) {
      const Place child{place.node + step, step == 0};
      if (!child.ends && seen[child.node])
        throw ModelError("the model is damaged: a node has two parents");
      if (!child.ends) seen[child.node] = true;
      order.add(child, order.depths[at] + 1);
    }
  }
  return order;
}

}  // namespace

NodeTrees::NodeTrees(const StoredModel& model, std::span<const Condition> conditions)
    : dimension_(model.dimension) {
  std::size_t begin = 0;
  for (const std::uint32_t size : model.tree_sizes) {
    add_tree(model, conditions, begin, size);
    begin += size;
  }
  for (std::size_t first = 0; first + walks <= trees_.size(); first += walks) {
    const auto together = std::span(trees_).subspan(first, walks);
    const std::uint32_t depth = std::ranges::max(together, {}, &Tree::depth).depth;
    for (Tree& tree : together) tree.depth = depth;
  }
}

// Whatever a row has, it is not above a leaf's border, so that it stays there.
void NodeTrees::add_tree(const StoredModel& model, std::span<const Condition> conditions,
                         std::size_t begin, std::size_t size) {
  const auto steps = std::span(model.steps).subspan(begin, size);
  const Order order = breadth_first(steps);
  const auto root = static_cast<std::uint32_t>(nodes_.size());
  trees_.push_back({root, order.depths.back()});
  std::uint32_t next_child = root + 1;
  for (const Place& place : order.places) {
    const auto self = static_cast<std::uint32_t>(nodes_.size());
    const bool leaf = is_leaf(steps, place);
    nodes_.push_back(leaf ? Node{{.border = infinity}, self}
                          : Node{conditions[begin + place.node], next_child});
    leaves_.resize(nodes_.size() * dimension_);
    if (leaf)
      std::copy_n(model.leaf_values.begin() + model.leaf_of_node[begin + place.node], dimension_,
                  leaves_.end() - static_cast<std::ptrdiff_t>(dimension_));
    else
      next_child += 2;
  }
}

// No branch depends on the data: half of them would be guessed wrong.
inline std::uint32_t NodeTrees::next(std::uint32_t at, const float* values) const {
  const Node& node = nodes_.data()[at];
  return node.child + (values[node.asked.place] > node.asked.border ? 1 : 0);
}

inline void NodeTrees::add_leaf(std::uint32_t node, double* sums) const {
  const double* const leaf = leaves_.data() + node * dimension_;
  for (std::size_t i = 0; i < dimension_; ++i) sums[i] += leaf[i];
}

// As many as there are walks, in their order.
inline void NodeTrees::add_trees(std::span<const Tree> trees, const float* values,
                                 double* sums) const {
  auto [a, b, c, d] = std::array{trees[0].root, trees[1].root, trees[2].root, trees[3].root};
  auto [e, f, g, h] = std::array{trees[4].root, trees[5].root, trees[6].root, trees[7].root};
  for (std::uint32_t depth = trees[0].depth; depth > 0; --depth) {
    a = next(a, values);
    b = next(b, values);
    c = next(c, values);
    d = next(d, values);
    e = next(e, values);
    f = next(f, values);
    g = next(g, values);
    h = next(h, values);
  }
  for (const std::uint32_t node : {a, b, c, d, e, f, g, h}) add_leaf(node, sums);
}

void NodeTrees::add(const float* values, double* sums) const {
  const std::span<const Tree> all(trees_);
  std::size_t tree = 0;
  for (; tree + walks <= all.size(); tree += walks)
    add_trees(all.subspan(tree, walks), values, sums);
  for (; tree < all.size(); ++tree) {
    std::uint32_t at = all[tree].root;
    for (std::uint32_t step = 0; step < all[tree].depth; ++step) at = next(at, values);
    add_leaf(at, sums);
  }
}

// What is at most the border is less than the next number; none comes after infinity.
trees::LaneTree<double> NodeTrees::lane_tree(std::size_t tree) const {
  const std::uint32_t begin = trees_[tree].root;
  const std::size_t end = tree + 1 < trees_.size() ? trees_[tree + 1].root : nodes_.size();
  trees::LaneTree<double> made;
  for (std::uint32_t at = begin; at < end; ++at) {
    const Node& node = nodes_[at];
    if (node.child == at) {
      made.nodes.push_back({.leaf = leaves_[at]});
      continue;
    }
    const auto child = static_cast<std::int32_t>(node.child - begin);
    made.nodes.push_back({.left = child,
                          .right = child + 1,
                          .column = node.asked.place,
                          .threshold = std::nextafter(node.asked.border, infinity),
                          .missing_left = true,
                          .odd = node.asked.border == infinity});
  }
  return made;
}

std::optional<NodeTrees::Lanes> NodeTrees::make_lanes(std::size_t places,
                                                      Lanes::Kernel kernel) const {
  if (dimension_ != 1) return std::nullopt;
  std::vector<trees::LaneTree<double>> made;
  made.reserve(trees_.size());
  for (std::size_t tree = 0; tree < trees_.size(); ++tree) made.push_back(lane_tree(tree));
  return Lanes::make(made, places, dimension_, kernel);
}

}  // namespace millrace::learn::catboost
