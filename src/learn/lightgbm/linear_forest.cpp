#include "learn/lightgbm/linear_forest.hpp"

#include "learn/model.hpp"

#include <algorithm>
#include <cmath>

namespace millrace::learn::lightgbm {
namespace {

// Each leaf gives its number among all, tree after tree; a double holds it.
trees::Described<double> number_leaves(trees::Described<double> described) {
  double number = 0;
  for (trees::Tree<double>& tree : described.trees) {
    for (trees::Node<double>& node : tree.nodes) {
      if (node.is_leaf()) node.leaf = number++;
    }
  }
  return described;
}

}  // namespace

bool has_linear_leaves(const StoredModel& model) {
  return std::ranges::any_of(model.trees,
                             [](const StoredTree& tree) { return !tree.linear.empty(); });
}

LinearForest::LinearForest(const StoredModel& model)
    : walk_(number_leaves(describe(model))), trees_(model.trees.size()), groups_(model.groups) {
  for (const StoredTree& tree : model.trees) add_leaves(tree);
  for (const Term& term : terms_) {
    if (term.column >= model.features)
      throw ModelError("the model is damaged: a leaf needs a column that there is not");
  }
}

void LinearForest::add_leaves(const StoredTree& tree) {
  for (std::size_t i = 0; i < tree.leaves.size(); ++i) {
    Leaf leaf{.value = tree.leaves[i],
              .constant = tree.leaves[i],
              .begin = terms_.size(),
              .end = terms_.size()};
    if (!tree.linear.empty()) {
      const LinearLeaf& stored = tree.linear[i];
      leaf.constant = stored.constant;
      for (std::size_t term = 0; term < stored.features.size(); ++term)
        terms_.push_back({stored.features[term], stored.coefficients[term]});
      leaf.end = terms_.size();
    }
    leaves_.push_back(leaf);
  }
}

double LinearForest::output(const Leaf& leaf, const float* row) const {
  double sum = leaf.constant;
  for (std::size_t at = leaf.begin; at < leaf.end; ++at) {
    const float given = row[terms_[at].column];
    if (std::isnan(given)) return leaf.value;
    const double number = std::fabs(given) <= zero_bound ? 0.0 : static_cast<double>(given);
    sum += terms_[at].coefficient * number;
  }
  return sum;
}

void LinearForest::add(std::span<const float* const> rows, std::span<double> sums) const {
  std::vector<double> numbers(trees_);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    walk_.give(rows[row], numbers);
    for (std::size_t tree = 0; tree < trees_; ++tree) {
      const Leaf& leaf = leaves_[static_cast<std::size_t>(numbers[tree])];
      sums[row * groups_ + tree % groups_] += output(leaf, rows[row]);
    }
  }
}

}  // namespace millrace::learn::lightgbm
