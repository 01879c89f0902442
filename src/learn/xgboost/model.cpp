#include "learn/xgboost/model.hpp"

#include "learn/xgboost/ensemble.hpp"
#include "learn/xgboost/forest.hpp"
#include "learn/xgboost/objective.hpp"
#include "learn/xgboost/row_view.hpp"
#include "learn/xgboost/stored_model.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace::learn::xgboost {
namespace {

// Predicted together, so that a tree's nodes are read once for all.
constexpr std::size_t block_rows = Forest::block_rows;
constexpr std::size_t widest_together = std::size_t{1} << 16;  // columns: such rows take memory

const Objective& objective_of(const StoredModel& stored) {
  if (const Objective* found = find_objective(stored.objective)) return *found;
  throw ModelError("the objective '" + stored.objective + "' is not known");
}

class XgboostModel final : public Model {
 public:
  explicit XgboostModel(StoredModel stored)
      : objective_(objective_of(stored)),
        features_(stored.features),
        groups_(stored.groups),
        base_(base_margins(stored)) {
    if (features_ > table::column_limit) throw ModelError("the model has too many columns");
    if (stored.booster == BoosterKind::linear)
      take_weights(std::move(stored.weights));
    else
      forest_.emplace(describe(stored));
  }

  [[nodiscard]] std::string_view objective() const override { return objective_.name; }
  [[nodiscard]] std::size_t features() const override { return features_; }
  [[nodiscard]] std::size_t width() const override { return objective_.picks_class ? 1 : groups_; }

  [[nodiscard]] std::size_t class_count() const override { return groups_; }

  void predict(const table::Matrix& rows, std::span<float> out) const override {
    if (rows.columns > features_) {
      throw PredictionError(
          "Number of columns does not match number of features in booster. Columns: " +
          std::to_string(rows.columns) + " Features: " + std::to_string(features_));
    }
    const std::size_t block = features_ <= widest_together ? block_rows : 1;
    RowView view(rows, features_, block);
    std::vector<float> sums(std::min(block, rows.rows) * groups_);
    for (std::size_t begin = 0; begin < rows.rows; begin += block) {
      predict_block(view, begin, std::min(block, rows.rows - begin), sums, out);
    }
  }

 private:
  void predict_block(RowView& view, std::size_t begin, std::size_t count, std::vector<float>& sums,
                     std::span<float> out) const {
    std::array<const float*, block_rows> rows;
    for (std::size_t i = 0; i < count; ++i) {
      rows[i] = view.row(begin + i, i);
      std::ranges::copy(base_, sums.begin() + static_cast<std::ptrdiff_t>(i * groups_));
    }
    add({rows.data(), count}, std::span(sums).first(count * groups_));
    for (std::size_t i = 0; i < count; ++i) {
      const std::span<float> row(sums.data() + i * groups_, groups_);
      objective_.transform(row);
      std::copy_n(row.begin(), width(),
                  out.begin() + static_cast<std::ptrdiff_t>((begin + i) * width()));
    }
  }

  void add(std::span<const float* const> rows, std::span<float> sums) const {
    if (forest_)
      forest_->add(rows, sums);
    else
      add_linear(rows, sums);
  }

  void add_linear(std::span<const float* const> rows, std::span<float> sums) const {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (std::size_t group = 0; group < groups_; ++group) {
        float sum = weights_[features_ * groups_ + group] + sums[i * groups_ + group];
        for (std::size_t column = 0; column < features_; ++column) {
          const float value = rows[i][column];
          if (value == value) sum += value * weights_[column * groups_ + group];
        }
        sums[i * groups_ + group] = sum;
      }
    }
  }

  void take_weights(std::vector<float> weights) {
    if (weights.size() != (features_ + 1) * groups_)
      throw ModelError("the model is damaged: its weights do not fit its columns");
    weights_ = std::move(weights);
  }

  const Objective& objective_;
  std::size_t features_;
  std::size_t groups_;
  std::vector<float> base_;
  std::optional<Forest> forest_;
  std::vector<float> weights_;  // of a linear model
};

}  // namespace

std::unique_ptr<Model> parse_model(std::string_view bytes) {
  return std::make_unique<XgboostModel>(read_stored_model(bytes));
}

std::unique_ptr<Model> load_model(const std::filesystem::path& folder) {
  std::vector<std::unique_ptr<Model>> models;
  for (const std::filesystem::path& path : find_models(folder)) {
    models.push_back(make_from_file(path, [](StoredModel stored) {
      return std::make_unique<XgboostModel>(std::move(stored));
    }));
  }
  return make_ensemble(std::move(models));
}

}  // namespace millrace::learn::xgboost
