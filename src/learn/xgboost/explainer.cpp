#include "learn/xgboost/explainer.hpp"

#include "learn/explained_trees.hpp"
#include "learn/xgboost/row_view.hpp"
#include "learn/xgboost/stored_model.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace millrace::learn::xgboost {
namespace {

// Explained together, so that a tree's tables are read once for all.
constexpr std::size_t block_rows = 64;

[[noreturn]] void refuse(const std::string& why) {
  throw ModelError("the model cannot be explained: " + why);
}

TreeShapley shapley_of(const StoredTree& tree, std::size_t table_bytes) {
  std::vector<ShapleyNode> nodes;
  for (const StoredNode& node : tree.nodes)
    nodes.push_back({node.left, node.right, node.feature, node.value, node.cover});
  try {
    return TreeShapley(nodes, table_bytes);
  } catch (const std::invalid_argument& error) {
    refuse(error.what());
  }
}

struct Split {
  std::uint32_t place;
  std::uint32_t column;
  float threshold;
  bool default_left;
  std::vector<std::uint32_t> categories;  // that go right, ascending; none: by threshold

  // As the forest decides.
  [[nodiscard]] bool goes_left(float value) const {
    if (std::isnan(value)) return default_left;
    if (categories.empty()) return value < threshold;
    if (!(value >= 0) || value >= 16777216.0F) return true;
    return !std::ranges::binary_search(categories, static_cast<std::uint32_t>(value));
  }
};

using Tree = ExplainedTree<Split>;

Tree make_tree(const StoredTree& stored, const StoredModel& model, std::size_t table_bytes) {
  if (stored.group >= model.groups) refuse("a tree adds to an output that there is not");
  Tree tree{.shapley = shapley_of(stored, table_bytes),
            .splits = {},
            .nodes = stored.nodes.size(),
            .group = stored.group,
            .weight = model.booster == BoosterKind::dart ? stored.weight : 1.0F};
  for (std::uint32_t place = 0; place < stored.nodes.size(); ++place) {
    const StoredNode& node = stored.nodes[place];
    if (node.left < 0) continue;
    if (node.feature >= model.features) refuse("a node splits on a column that there is not");
    tree.splits.push_back(Split{.place = place,
                                .column = node.feature,
                                .threshold = node.value,
                                .default_left = node.default_left,
                                .categories = node.categories});
    std::ranges::sort(tree.splits.back().categories);
  }
  return tree;
}

ExplainedTrees<Split> make_trees(const StoredModel& model) {
  ExplainedTrees<Split> trees(model.features, model.groups);
  for (const StoredTree& stored : model.trees)
    trees.push(make_tree(stored, model, trees.bytes_left()));
  return trees;
}

std::vector<ColumnImportance> importance_of(const std::vector<StoredTree>& trees) {
  std::map<std::uint32_t, ColumnImportance> columns;
  for (const StoredTree& tree : trees) {
    for (const StoredNode& node : tree.nodes) {
      if (node.left < 0) continue;
      ColumnImportance& one = columns[node.feature];
      one.column = node.feature;
      one.splits += 1;
      one.total_gain += node.gain;
      one.total_cover += node.cover;
    }
  }
  std::vector<ColumnImportance> list;
  for (const auto& [column, one] : columns) list.push_back(one);
  return list;
}

class XgboostExplainer final : public Explainer {
 public:
  explicit XgboostExplainer(const StoredModel& stored)
      : features_(stored.features),
        groups_(stored.groups),
        trees_(make_trees(stored)),
        means_(trees_.means()),
        weights_(stored.weights),
        importance_(importance_of(stored.trees)) {
    if (features_ > table::column_limit) refuse("it has too many columns");
    if (stored.booster == BoosterKind::linear && weights_.size() != (features_ + 1) * groups_)
      refuse("its weights do not fit its columns");
    const std::vector<float> margins = base_margins(stored);
    for (std::size_t group = 0; group < groups_; ++group) {
      means_[group] += margins[group];
      if (!weights_.empty()) means_[group] += weights_[features_ * groups_ + group];
    }
  }

  [[nodiscard]] std::size_t features() const override { return features_; }
  [[nodiscard]] std::size_t outputs() const override { return groups_; }
  [[nodiscard]] std::vector<ColumnImportance> importance() const override { return importance_; }

  void contributions(const table::Matrix& rows, std::span<float> out) const override {
    if (rows.columns > features_) {
      throw PredictionError(
          "Number of columns does not match number of features in booster. Columns: " +
          std::to_string(rows.columns) + " Features: " + std::to_string(features_));
    }
    RowView view(rows, features_, block_rows);
    std::vector<double> shares;
    for (std::size_t begin = 0; begin < rows.rows; begin += block_rows) {
      std::vector<const float*> block;
      for (std::size_t i = begin; i < std::min(begin + block_rows, rows.rows); ++i)
        block.push_back(view.row(i, i - begin));
      explain(block, shares);
      std::ranges::transform(
          shares, out.begin() + static_cast<std::ptrdiff_t>(begin * groups_ * (features_ + 1)),
          [](double share) { return static_cast<float>(share); });
    }
  }

 private:
  void explain(std::span<const float* const> rows, std::vector<double>& shares) const {
    const std::size_t width = features_ + 1;
    shares.assign(rows.size() * groups_ * width, 0.0);
    trees_.add(rows, shares);
    for (std::size_t i = 0; i < rows.size() * groups_; ++i) {
      double* const row = shares.data() + i * width;
      if (!weights_.empty()) add_linear(rows[i / groups_], i % groups_, row);
      row[features_] += means_[i % groups_];
    }
  }

  void add_linear(const float* row, std::size_t group, double* shares) const {
    for (std::size_t column = 0; column < features_; ++column) {
      if (!std::isnan(row[column]))
        shares[column] += static_cast<double>(row[column]) * weights_[column * groups_ + group];
    }
  }

  std::size_t features_;
  std::size_t groups_;
  ExplainedTrees<Split> trees_;
  std::vector<double> means_;   // of each output
  std::vector<float> weights_;  // of a linear model
  std::vector<ColumnImportance> importance_;
};

}  // namespace

std::unique_ptr<Explainer> parse_explainer(std::string_view bytes) {
  return std::make_unique<XgboostExplainer>(read_stored_model(bytes));
}

std::unique_ptr<Explainer> load_explainer(const std::filesystem::path& folder) {
  const std::vector<std::filesystem::path> files = find_models(folder);
  if (files.size() > 1) throw ModelError("ensembles of several models are not explained");
  return make_from_file(files.front(), [](const StoredModel& stored) {
    return std::make_unique<XgboostExplainer>(stored);
  });
}

}  // namespace millrace::learn::xgboost
