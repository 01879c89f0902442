#include "learn/catboost/node_trees.hpp"

#include "learn/model.hpp"

#include <cmath>

namespace millrace::learn::catboost {
namespace {

// A node of a file, or the leaf that ends a walk there.
struct Place {
  std::size_t node = 0;
  bool ends = false;
};

bool is_leaf(std::span<const Step> steps, const Place& place) {
  return place.ends || (steps[place.node].left == 0 && steps[place.node].right == 0);
}

// What is not above a border goes left; no number is above any, and none above no number.
trees::Node<double> ask(const Condition& condition, std::size_t next_child) {
  return {.left = static_cast<std::uint32_t>(next_child),
          .right = static_cast<std::uint32_t>(next_child + 1),
          .column = condition.place,
          .last_left =
              std::isnan(condition.border) ? trees::behind_all : trees::key_of(condition.border),
          .missing_left = true,
          .categories = {}};
}

// What a leaf gives, or the place of the list that it gives.
double leaf_of(const StoredModel& model, std::size_t node) {
  const std::uint32_t place = model.leaf_of_node[node];
  return model.dimension == 1 ? model.leaf_values[place] : place;
}

// Breadth first, which puts children beside each other. The tree's nodes begin at `begin`.
trees::Tree<double> describe(const StoredModel& model, std::span<const Condition> conditions,
                             std::size_t begin, std::size_t size) {
  const auto steps = std::span(model.steps).subspan(begin, size);
  std::vector<bool> seen(steps.size());
  std::vector<Place> places = {{}};
  trees::Tree<double> tree;
  for (std::size_t at = 0; at < places.size(); ++at) {
    const Place place = places[at];
    if (is_leaf(steps, place)) {
      tree.nodes.push_back({.categories = {}, .leaf = leaf_of(model, begin + place.node)});
      continue;
    }
    tree.nodes.push_back(ask(conditions[begin + place.node], places.size()));
    for (const std::uint16_t step : {steps[place.node].left, steps[place.node].right}) {
      const Place child{place.node + step, step == 0};
      if (!child.ends && seen[child.node])
        throw ModelError("the model is damaged: a node has two parents");
      if (!child.ends) seen[child.node] = true;
      places.push_back(child);
    }
  }
  return tree;
}

trees::Described<double> describe(const StoredModel& model, std::span<const Condition> conditions,
                                  std::size_t places) {
  trees::Described<double> described{.columns = places, .sets = {}, .trees = {}};
  std::size_t begin = 0;
  for (const std::uint32_t size : model.tree_sizes) {
    described.trees.push_back(describe(model, conditions, begin, size));
    begin += size;
  }
  return described;
}

}  // namespace

NodeTrees::NodeTrees(const StoredModel& model, std::span<const Condition> conditions,
                     std::size_t places)
    : dimension_(model.dimension),
      trees_(model.tree_sizes.size()),
      walk_(describe(model, conditions, places)) {
  if (dimension_ != 1) lists_ = model.leaf_values;
}

void NodeTrees::add_lists(const float* row, std::span<double> sums) const {
  std::vector<double> numbers(trees_);
  walk_.give(row, numbers);
  for (const double number : numbers) {
    const double* const list = lists_.data() + static_cast<std::size_t>(number);
    for (std::size_t i = 0; i < dimension_; ++i) sums[i] += list[i];
  }
}

void NodeTrees::add(std::span<const float* const> rows, std::span<double> sums) const {
  if (dimension_ == 1) return walk_.add(rows, sums);
  for (std::size_t row = 0; row < rows.size(); ++row)
    add_lists(rows[row], sums.subspan(row * dimension_, dimension_));
}

}  // namespace millrace::learn::catboost
