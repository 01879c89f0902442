#include "learn/xgboost/model.hpp"

#include "learn/xgboost/forest.hpp"
#include "learn/xgboost/lane_trees.hpp"
#include "learn/xgboost/objective.hpp"
#include "learn/xgboost/stored_model.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <vector>

namespace millrace::learn::xgboost {
namespace {

// Predicted together, so that a tree's nodes are read once for all.
constexpr std::size_t block_rows = 16;
constexpr std::size_t lane_block_rows = trees::lane_count;
constexpr std::uintmax_t model_limit = std::uintmax_t{8} << 30;

const Objective& known_objective(const std::string& name) {
  if (const Objective* found = find_objective(name)) return *found;
  throw ModelError("the objective '" + name + "' is not known");
}

// A row of the matrix as numbers beside each other, NaN where missing: in place where it lies so
// already.
class RowView {
 public:
  RowView(const table::Matrix& rows, std::size_t features, std::size_t block)
      : rows_(rows), features_(features) {
    if (rows.sparse || rows.columns < features)
      scratch_.assign(features * std::min(block, rows.rows), table::missing);
  }

  // `slot`: which row of its block it is.
  const float* row(std::size_t row, std::size_t slot) {
    if (!rows_.sparse && rows_.columns >= features_)
      return rows_.values.data() + row * rows_.columns;
    const std::span<float> numbers(scratch_.data() + slot * features_, features_);
    if (rows_.sparse)
      fill_sparse(row, numbers);
    else
      std::copy_n(rows_.values.begin() + static_cast<std::ptrdiff_t>(row * rows_.columns),
                  rows_.columns, numbers.begin());
    return numbers.data();
  }

 private:
  void fill_sparse(std::size_t row, std::span<float> numbers) const {
    std::ranges::fill(numbers, table::missing);
    for (std::uint64_t i = rows_.offsets[row]; i < rows_.offsets[row + 1]; ++i) {
      numbers[rows_.indices[i]] = rows_.values[i];
    }
  }

  const table::Matrix& rows_;
  std::size_t features_;
  std::vector<float> scratch_;
};

class XgboostModel final : public Model {
 public:
  explicit XgboostModel(StoredModel stored)
      : objective_(known_objective(stored.objective)),
        features_(stored.features),
        groups_(stored.groups),
        base_(base_margins(stored)) {
    if (features_ > table::column_limit) throw ModelError("the model has too many columns");
    if (stored.booster == BoosterKind::linear)
      take_weights(std::move(stored.weights));
    else
      take_trees(stored);
  }

  [[nodiscard]] std::string_view objective() const override { return objective_.name; }
  [[nodiscard]] std::size_t features() const override { return features_; }
  [[nodiscard]] std::size_t width() const override { return objective_.picks_class ? 1 : groups_; }

  void predict(const table::Matrix& rows, std::span<float> out) const override {
    if (rows.columns > features_) {
      throw PredictionError(
          "Number of columns does not match number of features in booster. Columns: " +
          std::to_string(rows.columns) + " Features: " + std::to_string(features_));
    }
    const std::size_t block = lane_forest_ ? lane_block_rows : block_rows;
    RowView view(rows, features_, block);
    std::vector<float> sums(std::min(block, rows.rows) * groups_);
    for (std::size_t begin = 0; begin < rows.rows; begin += block) {
      predict_block(view, begin, std::min(block, rows.rows - begin), sums, out);
    }
  }

 private:
  void predict_block(RowView& view, std::size_t begin, std::size_t count, std::vector<float>& sums,
                     std::span<float> out) const {
    std::array<const float*, lane_block_rows> rows{};
    for (std::size_t i = 0; i < count; ++i) {
      rows[i] = view.row(begin + i, i);
      std::ranges::copy(base_, sums.begin() + static_cast<std::ptrdiff_t>(i * groups_));
    }
    add({rows.data(), count}, sums);
    for (std::size_t i = 0; i < count; ++i) {
      const std::span<float> row(sums.data() + i * groups_, groups_);
      objective_.transform(row);
      std::copy_n(row.begin(), width(),
                  out.begin() + static_cast<std::ptrdiff_t>((begin + i) * width()));
    }
  }

  void add(std::span<const float* const> rows, std::span<float> sums) const {
    if (lane_forest_ && rows.size() >= LaneForest::rows_to_pay)
      lane_forest_->add(rows, sums);
    else if (forest_)
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

  static std::vector<float> base_margins(const StoredModel& stored) {
    std::vector<float> margins = stored.base_score;
    // The library begins every output of a linear model with the first score.
    if (stored.booster == BoosterKind::linear && !margins.empty()) margins.resize(1);
    if (margins.size() == 1) margins.resize(stored.groups, margins[0]);
    if (margins.size() != stored.groups)
      throw ModelError("the model is damaged: base_score has not one number an output");
    if (!stored.base_is_margin)
      std::ranges::transform(margins, margins.begin(), known_objective(stored.objective).link);
    return margins;
  }

  void take_trees(const StoredModel& stored) {
    forest_.emplace(stored);
    const auto kernels = LaneForest::kernels();
    if (!kernels.empty()) lane_forest_ = make_lane_forest(stored, kernels.front());
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
  std::optional<LaneForest> lane_forest_;  // of models whose trees are small
  std::vector<float> weights_;             // of a linear model
};

void refuse_pickle(std::string_view bytes) {
  const bool pickle = bytes.size() > 1 && bytes[0] == '\x80' && bytes[1] >= 2 && bytes[1] <= 5;
  if (!pickle) return;
  throw ModelError(
      "pickled models are not supported; save the model with Booster.save_model instead");
}

StoredModel read_stored(std::string_view bytes) {
  refuse_pickle(bytes);
  if (bytes.starts_with("CONFIG-offset:")) {
    throw ModelError(
        "memory snapshots are not supported; save the model with Booster.save_model instead");
  }
  return bytes.starts_with('{') ? read_json_model(bytes) : read_binary_model(bytes);
}

// The first file by name that is not hidden; AWS's images average over several, which is not built.
std::filesystem::path find_model(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failure)) {
    if (entry.is_regular_file() && !entry.path().filename().string().starts_with("."))
      files.push_back(entry.path());
  }
  if (files.empty()) throw ModelError("there is no model file in " + folder.string());
  if (files.size() > 1)
    throw ModelError("there are several files in " + folder.string() +
                     "; ensembles are not supported");
  return files[0];
}

std::string read_file(const std::filesystem::path& path) {
  if (std::filesystem::file_size(path) > model_limit) throw ModelError("the model is too large");
  std::ifstream file(path, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (!file) throw ModelError("the model cannot be read");
  return bytes;
}

}  // namespace

std::unique_ptr<Model> parse_model(std::string_view bytes) {
  return std::make_unique<XgboostModel>(read_stored(bytes));
}

std::unique_ptr<Model> load_model(const std::filesystem::path& folder) {
  const std::filesystem::path path = find_model(folder);
  try {
    return parse_model(read_file(path));
  } catch (const ModelError& error) {
    throw ModelError("Model " + path.string() + " cannot be loaded: " + error.what());
  }
}

}  // namespace millrace::learn::xgboost
