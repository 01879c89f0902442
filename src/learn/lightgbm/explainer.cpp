#include "learn/lightgbm/explainer.hpp"

#include "learn/explained_trees.hpp"
#include "learn/lightgbm/fitting_rows.hpp"
#include "learn/lightgbm/forest.hpp"
#include "learn/lightgbm/linear_forest.hpp"
#include "learn/lightgbm/model_files.hpp"
#include "learn/lightgbm/stored_model.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace millrace::learn::lightgbm {
namespace {

// Explained together, so that a tree's tables are read once for all.
constexpr std::size_t block_rows = 64;

[[noreturn]] void refuse(const std::string& why) {
  throw ModelError("the model cannot be explained: " + why);
}

struct Split {
  std::uint32_t place;
  std::uint32_t column;
  float threshold;
  bool by_category;
  bool missing_left;
  bool zero_is_missing;
  std::vector<std::uint32_t> categories;  // a bit each: those that go left

  // As the forest decides.
  [[nodiscard]] bool goes_left(float given) const {
    const float value = std::fabs(given) <= zero_bound ? 0.0F : given;
    if (by_category) return is_left_category(value);
    if (std::isnan(value) || (zero_is_missing && value == 0)) return missing_left;
    return value <= threshold;
  }
  [[nodiscard]] bool is_left_category(float value) const {
    if (!(value > -1.0F) || value >= 2147483648.0F) return false;
    const auto category = static_cast<std::uint32_t>(static_cast<std::int32_t>(value));
    return category / 32 < categories.size() &&
           ((categories[category / 32] >> (category % 32)) & 1U) != 0;
  }

  Split(std::uint32_t at, const StoredSplit& split)
      : place(at),
        column(split.feature),
        threshold(float_below(split.threshold)),
        by_category(split.by_category),
        missing_left(sends_missing_left(split)),
        zero_is_missing(split.missing == Missing::zero),
        categories(split.categories) {}
};

// Splits first, then leaves.
std::int32_t place_of(std::int32_t child, const StoredTree& tree) {
  const auto place = static_cast<std::size_t>(child < 0 ? ~child : child);
  if (place >= (child < 0 ? tree.leaves.size() : tree.splits.size()))
    refuse("a node's child is out of range");
  return static_cast<std::int32_t>(child < 0 ? tree.splits.size() + place : place);
}

TreeShapley shapley_of(const StoredTree& tree, std::size_t table_bytes) {
  std::vector<ShapleyNode> nodes;
  for (const StoredSplit& split : tree.splits)
    nodes.push_back(
        {place_of(split.left, tree), place_of(split.right, tree), split.feature, 0, split.count});
  for (std::size_t i = 0; i < tree.leaves.size(); ++i)
    nodes.push_back({.value = tree.leaves[i], .cover = tree.counts.empty() ? 0 : tree.counts[i]});
  try {
    return TreeShapley(nodes, table_bytes);
  } catch (const std::invalid_argument& error) {
    refuse(error.what());
  }
}

ExplainedTrees<Split> make_trees(const StoredModel& model) {
  if (has_linear_leaves(model))  // in the library's words
    refuse("Predicting SHAP feature contributions is not implemented for linear trees.");
  const std::size_t rounds = model.trees.size() / model.groups;
  ExplainedTrees<Split> trees(model.features, model.groups);
  for (std::size_t i = 0; i < model.trees.size(); ++i) {
    const StoredTree& stored = model.trees[i];
    ExplainedTree<Split> tree{.shapley = shapley_of(stored, trees.bytes_left()),
                              .splits = {},
                              .nodes = stored.splits.size() + stored.leaves.size(),
                              .group = i % model.groups,
                              .weight = model.average ? 1 / static_cast<double>(rounds) : 1};
    for (std::uint32_t place = 0; place < stored.splits.size(); ++place) {
      if (stored.splits[place].feature >= model.features)
        refuse("a node splits on a column that there is not");
      tree.splits.emplace_back(place, stored.splits[place]);
    }
    trees.push(std::move(tree));
  }
  return trees;
}

std::vector<ColumnImportance> importance_of(const std::vector<StoredTree>& trees) {
  std::map<std::uint32_t, ColumnImportance> columns;
  for (const StoredTree& tree : trees) {
    for (const StoredSplit& split : tree.splits) {
      ColumnImportance& one = columns[split.feature];
      one.column = split.feature;
      one.splits += 1;
      one.total_gain += split.gain;
      one.total_cover += split.count;
    }
  }
  std::vector<ColumnImportance> list;
  for (const auto& [column, one] : columns) list.push_back(one);
  return list;
}

class LightgbmExplainer final : public Explainer {
 public:
  explicit LightgbmExplainer(const StoredModel& stored)
      : features_(stored.features),
        groups_(stored.groups),
        trees_(make_trees(stored)),
        means_(trees_.means()),
        importance_(importance_of(stored.trees)) {}

  [[nodiscard]] std::size_t features() const override { return features_; }
  [[nodiscard]] std::size_t outputs() const override { return groups_; }
  [[nodiscard]] std::vector<ColumnImportance> importance() const override { return importance_; }

  void contributions(const table::Matrix& given, std::span<float> out) const override {
    const FittingRows fitting(given, features_);
    const table::Matrix& rows = fitting.rows();
    const std::size_t width = features_ + 1;
    std::vector<double> shares;
    for (std::size_t begin = 0; begin < rows.rows; begin += block_rows) {
      std::vector<const float*> block;
      for (std::size_t i = begin; i < std::min(begin + block_rows, rows.rows); ++i)
        block.push_back(rows.values.data() + i * features_);
      shares.assign(block.size() * groups_ * width, 0.0);
      trees_.add(block, shares);
      for (std::size_t i = 0; i < block.size() * groups_; ++i)
        shares[i * width + features_] = means_[i % groups_];
      std::ranges::transform(shares,
                             out.begin() + static_cast<std::ptrdiff_t>(begin * groups_ * width),
                             [](double share) { return static_cast<float>(share); });
    }
  }

 private:
  std::size_t features_;
  std::size_t groups_;
  ExplainedTrees<Split> trees_;
  std::vector<double> means_;  // of each output
  std::vector<ColumnImportance> importance_;
};

}  // namespace

std::unique_ptr<Explainer> parse_explainer(std::string_view text) {
  return std::make_unique<LightgbmExplainer>(parse_text_model(text));
}

std::unique_ptr<Explainer> load_explainer(const std::filesystem::path& folder) {
  return make_from_folder(folder, [](const StoredModel& stored) {
    return std::make_unique<LightgbmExplainer>(stored);
  });
}

}  // namespace millrace::learn::lightgbm
