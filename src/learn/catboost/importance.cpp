#include "learn/catboost/importance.hpp"

#include "learn/catboost/players.hpp"
#include "learn/catboost/weighed_tree.hpp"

#include <map>
#include <span>

namespace millrace::learn::catboost {
namespace {

// Training rows and the mean of what they get.
struct Side {
  double weight = 0;
  std::span<const double> means;
};

double gain_between(const Side& one, const Side& other) {
  if (one.weight == 0 || other.weight == 0) return 0;
  double sum = 0;
  for (std::size_t i = 0; i < one.means.size(); ++i) {
    const double apart = one.means[i] - other.means[i];
    sum += apart * apart;
  }
  return sum * one.weight * other.weight / (one.weight + other.weight);
}

class Gains {
 public:
  explicit Gains(const StoredModel& model)
      : model_(model), players_(players_of(model, StatisticOf::all_columns)) {}

  // Each level is compared by the pairs of leaves that it tells apart.
  void add_levels(const WeighedTree& tree) {
    const std::size_t leaves = std::size_t{1} << tree.conditions;
    const auto side = [&](std::size_t leaf) {
      const WeighedNode& node = tree.nodes[leaves - 1 + leaf];
      return Side{node.weight, std::span(model_.leaf_values).subspan(node.leaf, model_.dimension)};
    };
    for (std::size_t level = 0; level < tree.conditions; ++level) {
      const std::size_t bit = std::size_t{1} << level;
      double gain = 0;
      for (std::size_t leaf = 0; leaf < leaves; ++leaf) {
        if ((leaf & bit) == 0) gain += gain_between(side(leaf), side(leaf | bit));
      }
      add(tree.first_split + level, gain, tree.nodes.front().weight);
    }
  }

  // Each node by its two children, whose rows lie in leaves behind them.
  void add_nodes(const WeighedTree& tree) {
    const std::vector<double> means = means_of(tree);
    const auto side = [&](std::int32_t at) {
      const auto place = static_cast<std::size_t>(at);
      return Side{tree.nodes[place].weight,
                  std::span(means).subspan(place * model_.dimension, model_.dimension)};
    };
    for (const WeighedNode& node : tree.nodes) {
      if (node.left < 0) continue;
      add(tree.first_split + node.condition, gain_between(side(node.left), side(node.right)),
          node.weight);
    }
  }

  [[nodiscard]] std::vector<ColumnImportance> list() const {
    std::vector<ColumnImportance> list;
    for (const auto& [column, one] : columns_) list.push_back(one);
    return list;
  }

 private:
  [[nodiscard]] std::vector<double> means_of(const WeighedTree& tree) const {
    const std::size_t width = model_.dimension;
    std::vector<double> means(tree.nodes.size() * width);
    for (std::size_t at = tree.nodes.size(); at-- > 0;) {
      const WeighedNode& node = tree.nodes[at];
      for (std::size_t i = 0; i < width; ++i)
        means[at * width + i] =
            node.left < 0 ? model_.leaf_values[node.leaf + i] : mean_below(tree, node, means, i);
    }
    return means;
  }

  [[nodiscard]] double mean_below(const WeighedTree& tree, const WeighedNode& node,
                                  const std::vector<double>& means, std::size_t output) const {
    if (node.weight == 0) return 0;
    double sum = 0;
    for (const std::int32_t child : {node.left, node.right}) {
      const auto at = static_cast<std::size_t>(child);
      sum += tree.nodes[at].weight * means[at * model_.dimension + output];
    }
    return sum / node.weight;
  }

  void add(std::size_t split, double gain, double cover) {
    const std::vector<std::size_t>& columns = players_.columns[players_.of_split[split]];
    for (const std::size_t column : columns) {
      ColumnImportance& one = columns_[column];
      one.column = column;
      one.splits += 1;
      one.total_gain += gain / static_cast<double>(columns.size());
      one.total_cover += cover;
    }
  }

  const StoredModel& model_;
  Players players_;
  std::map<std::size_t, ColumnImportance> columns_;
};

}  // namespace

std::vector<ColumnImportance> importance_of(const StoredModel& model) {
  Gains gains(model);
  for_each_weighed_tree(model, [&](const WeighedTree& tree) {
    model.steps.empty() ? gains.add_levels(tree) : gains.add_nodes(tree);
  });
  return gains.list();
}

}  // namespace millrace::learn::catboost
