#include "learn/lightgbm/forest.hpp"

#include "learn/model.hpp"

#include <cmath>
#include <limits>
#include <string>

namespace millrace::learn::lightgbm {
namespace {

// A value's whole part is its category; what is no number or negative goes right, as what was not
// seen in training.
constexpr trees::CategoryRule category_rule = {
    .above = -1, .below = 2147483648.0F, .members_go_left = true};

[[noreturn]] void damaged(const std::string& why) {
  throw ModelError("the model is damaged: " + why);
}

// Splits stand first, leaves behind them.
std::uint32_t place_of(std::int32_t child, std::size_t splits) {
  const auto place = static_cast<std::size_t>(child < 0 ? ~child : child);
  if (child >= 0 && place >= splits) damaged("a node's child is out of range");
  return static_cast<std::uint32_t>(child < 0 ? splits + place : place);
}

trees::Node<double> describe(const StoredSplit& split, std::size_t splits,
                             trees::CategorySets& sets) {
  if (std::isnan(split.threshold)) damaged("a threshold is no number");
  trees::Node<double> node{.left = place_of(split.left, splits),
                           .right = place_of(split.right, splits),
                           .column = split.feature,
                           .categories = {}};
  if (split.by_category) {
    node.categories = sets.add_bits(split.categories);
    return node;
  }
  node.last_left = trees::key_of(float_below(split.threshold));
  node.missing_left = sends_missing_left(split);
  node.zero_is_missing = split.missing == Missing::zero;
  return node;
}

trees::Tree<double> describe(const StoredTree& stored, std::size_t group,
                             trees::CategorySets& sets) {
  trees::Tree<double> tree{.group = static_cast<std::uint32_t>(group), .nodes = {}};
  for (const StoredSplit& split : stored.splits)
    tree.nodes.push_back(describe(split, stored.splits.size(), sets));
  for (const double leaf : stored.leaves) tree.nodes.push_back({.categories = {}, .leaf = leaf});
  return tree;
}

}  // namespace

float float_below(double threshold) {
  const auto nearest = static_cast<float>(threshold);
  if (static_cast<double>(nearest) <= threshold) return nearest;
  return std::nextafter(nearest, -std::numeric_limits<float>::infinity());
}

bool sends_missing_left(const StoredSplit& split) {
  return split.missing == Missing::none ? 0 <= split.threshold : split.default_left;
}

trees::Described<double> describe(const StoredModel& model) {
  trees::Described<double> described{.columns = model.features,
                                     .groups = model.groups,
                                     .zero_bound = zero_bound,
                                     .sets = trees::CategorySets(category_rule),
                                     .trees = {}};
  for (std::size_t i = 0; i < model.trees.size(); ++i)
    described.trees.push_back(describe(model.trees[i], i % model.groups, described.sets));
  return described;
}

}  // namespace millrace::learn::lightgbm
