#include "learn/catboost/explainer.hpp"

#include "learn/catboost/importance.hpp"
#include "learn/catboost/model_folder.hpp"
#include "learn/catboost/places.hpp"
#include "learn/catboost/players.hpp"
#include "learn/catboost/row_reader.hpp"
#include "learn/catboost/tree_parts.hpp"
#include "learn/catboost/weighed_tree.hpp"
#include "learn/explained_trees.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace millrace::learn::catboost {
namespace {

// Explained together, as rows that give a tree the same answers are explained once.
constexpr std::size_t block_rows = 1024;

std::vector<TreeParts> make_trees(const StoredModel& model, const Players& players) {
  if (model.leaf_weights.size() * model.dimension != model.leaf_values.size()) {
    throw ModelError(
        "the model cannot be explained: it was stored without the weights of its leaves");
  }
  const std::vector<Condition> conditions = conditions_of(model);
  std::vector<TreeParts> trees;
  std::size_t bytes_left = explained_bytes_limit;
  for_each_weighed_tree(model, [&](const WeighedTree& tree) {
    trees.emplace_back(model, tree, conditions, players, bytes_left);
    bytes_left -= trees.back().table_bytes();
  });
  return trees;
}

class CatboostExplainer final : public Explainer {
 public:
  explicit CatboostExplainer(const StoredModel& stored)
      : places_(stored),
        players_(players_of(stored, StatisticOf::categories)),
        trees_(make_trees(stored, players_)),
        scale_(stored.scale),
        means_(stored.bias),
        importance_(importance_of(stored)) {
    if (!stored.categorical.empty()) reader_.emplace(stored);
    for (const TreeParts& tree : trees_) {
      for (std::size_t i = 0; i < means_.size(); ++i) means_[i] += scale_ * tree.means()[i];
    }
  }

  [[nodiscard]] std::size_t features() const override { return places_.columns(); }
  [[nodiscard]] std::size_t outputs() const override { return means_.size(); }
  [[nodiscard]] const FieldReader* field_reader() const override {
    return reader_ ? &*reader_ : nullptr;
  }
  [[nodiscard]] std::vector<ColumnImportance> importance() const override { return importance_; }

  void contributions(const table::Matrix& rows, std::span<float> out) const override {
    check_rows(rows, features());
    const std::size_t width = outputs() * (features() + 1);
    for (std::size_t begin = 0; begin < rows.rows; begin += block_rows) {
      std::vector<const float*> block;
      for (std::size_t row = begin; row < std::min(begin + block_rows, rows.rows); ++row)
        block.push_back(rows.values.data() + row * rows.columns);
      explain(block, out.subspan(begin * width, block.size() * width));
    }
  }

 private:
  void explain(std::span<const float* const> rows, std::span<float> out) const {
    std::vector<float> values(rows.size() * places_.count());
    std::vector<const float*> filled;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      filled.push_back(values.data() + row * places_.count());
      places_.fill<1>(rows.subspan(row, 1), values.data() + row * places_.count());
    }
    std::vector<double> shares(rows.size() * outputs() * players_.columns.size());
    for (const TreeParts& tree : trees_) tree.add(filled, players_.columns.size(), shares);
    const std::size_t width = features() + 1;
    for (std::size_t i = 0; i < rows.size() * outputs(); ++i)
      share_out(std::span(shares).subspan(i * players_.columns.size(), players_.columns.size()),
                means_[i % outputs()], out.subspan(i * width, width));
  }

  // Each player's share to its columns, and last the mean.
  void share_out(std::span<const double> shares, double mean, std::span<float> out) const {
    std::vector<double> columns(features());
    for (std::size_t player = 0; player < players_.columns.size(); ++player) {
      const auto count = static_cast<double>(players_.columns[player].size());
      for (const std::size_t column : players_.columns[player])
        columns[column] += scale_ * shares[player] / count;
    }
    std::ranges::transform(columns, out.begin(),
                           [](double share) { return static_cast<float>(share); });
    out.back() = static_cast<float>(mean);
  }

  Places places_;
  Players players_;
  std::vector<TreeParts> trees_;
  double scale_;
  std::vector<double> means_;  // of each output
  std::vector<ColumnImportance> importance_;
  std::optional<RowReader> reader_;  // of models with categorical columns
};

}  // namespace

std::unique_ptr<Explainer> make_explainer(const StoredModel& model) {
  return std::make_unique<CatboostExplainer>(model);
}

std::unique_ptr<Explainer> parse_explainer(std::string_view bytes) {
  return make_explainer(read_model(bytes));
}

std::unique_ptr<Explainer> load_explainer(const std::filesystem::path& folder) {
  return make_from_folder(folder, make_explainer);
}

}  // namespace millrace::learn::catboost
