#include "learn/lightgbm/model.hpp"

#include "learn/lightgbm/fitting_rows.hpp"
#include "learn/lightgbm/forest.hpp"
#include "learn/lightgbm/linear_forest.hpp"
#include "learn/lightgbm/model_files.hpp"
#include "learn/lightgbm/objective.hpp"
#include "learn/lightgbm/stored_model.hpp"
#include "learn/tabular_model.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace millrace::learn::lightgbm {
namespace {

// Predicted together, so that a tree's nodes are read once for all.
constexpr std::size_t block_rows = Forest::block_rows;

std::vector<std::string> class_names(const Objective& objective, std::size_t groups) {
  std::vector<std::string> names;
  const std::size_t classes = groups == 1 ? 2 : groups;
  for (std::size_t i = 0; objective.classes && i < classes; ++i) names.push_back(std::to_string(i));
  return names;
}

// The rounds of a random forest, whose trees are averaged.
double divisor_of(const StoredModel& stored) {
  const std::size_t rounds = stored.trees.size() / stored.groups;
  return stored.average ? static_cast<double>(rounds) : 1;
}

using AnyForest = std::variant<Forest, LinearForest>;

AnyForest make_forest(const StoredModel& stored) {
  if (has_linear_leaves(stored)) return LinearForest(stored);
  return Forest(describe(stored));
}

class LightgbmModel final : public TabularScores {
 public:
  explicit LightgbmModel(const StoredModel& stored)
      : TabularScores(class_names(find_objective(stored), stored.groups)),
        objective_(find_objective(stored)),
        features_(stored.features),
        groups_(stored.groups),
        divisor_(divisor_of(stored)),
        forest_(make_forest(stored)) {}

  [[nodiscard]] std::string_view objective() const override { return objective_.name; }
  [[nodiscard]] std::size_t features() const override { return features_; }
  using TabularScores::predict;
  void predict(const table::Matrix& given, std::span<double> out) const override {
    const FittingRows fitting(given, features_);
    const table::Matrix& rows = fitting.rows();
    std::vector<double> sums(std::min(block_rows, rows.rows) * groups_);
    for (std::size_t begin = 0; begin < rows.rows; begin += block_rows)
      predict_block(rows, begin, sums, out);
  }

 private:
  void predict_block(const table::Matrix& rows, std::size_t begin, std::span<double> sums,
                     std::span<double> out) const {
    const std::size_t count = std::min(block_rows, rows.rows - begin);
    std::array<const float*, block_rows> starts;
    for (std::size_t i = 0; i < count; ++i)
      starts[i] = rows.values.data() + (begin + i) * features_;
    std::ranges::fill(sums, 0.0);
    std::visit(
        [&](const auto& forest) {
          forest.add({starts.data(), count}, sums.first(count * groups_));
        },
        forest_);
    for (std::size_t i = 0; i < count; ++i)
      finish(sums.subspan(i * groups_, groups_), out.subspan((begin + i) * width(), width()));
  }

  void finish(std::span<double> sums, std::span<double> out) const {
    for (double& sum : sums) sum /= divisor_;
    objective_.transform(objective_, sums);
    if (out.size() > sums.size()) {  // of two classes
      out[0] = 1.0 - sums[0];
      out[1] = sums[0];
    } else {
      std::ranges::copy(sums, out.begin());
    }
  }

  Objective objective_;
  std::size_t features_;
  std::size_t groups_;
  double divisor_;
  AnyForest forest_;
};

}  // namespace

std::unique_ptr<Model> parse_model(std::string_view text) {
  return std::make_unique<LightgbmModel>(parse_text_model(text));
}

std::unique_ptr<Model> load_model(const std::filesystem::path& folder) {
  return make_from_folder(
      folder, [](const StoredModel& stored) { return std::make_unique<LightgbmModel>(stored); });
}

}  // namespace millrace::learn::lightgbm
