#include "learn/catboost/model.hpp"

#include "learn/catboost/forest.hpp"
#include "learn/catboost/model_folder.hpp"
#include "learn/catboost/row_reader.hpp"
#include "learn/catboost/stored_model.hpp"
#include "learn/tabular_model.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace::learn::catboost {
namespace {

double logistic(double sum) { return 1 / (1 + std::exp(-sum)); }

void raw(std::span<const double> sums, std::span<double> out) {
  std::ranges::copy(sums, out.begin());
}

void exponent(std::span<const double> sums, std::span<double> out) { out[0] = std::exp(sums[0]); }

void two_classes(std::span<const double> sums, std::span<double> out) {
  out[1] = logistic(sums[0]);
  out[0] = 1 - out[1];
}

void softmax(std::span<const double> sums, std::span<double> out) {
  const double most = *std::ranges::max_element(sums);
  double all = 0;
  for (std::size_t i = 0; i < sums.size(); ++i) all += out[i] = std::exp(sums[i] - most);
  for (double& value : out) value /= all;
}

void each_class(std::span<const double> sums, std::span<double> out) {
  std::ranges::transform(sums, out.begin(), logistic);
}

// What CatBoost's package answers unasked, of a classifier its probabilities.
struct Loss {
  std::string_view name;
  bool classifies;
  void (*answer)(std::span<const double> sums, std::span<double> out);
};

constexpr std::array losses = std::to_array<Loss>({
    {"RMSE", false, raw},
    {"MAE", false, raw},
    {"Quantile", false, raw},
    {"MAPE", false, raw},
    {"Huber", false, raw},
    {"LogCosh", false, raw},
    {"Expectile", false, raw},
    {"Poisson", false, exponent},
    {"Tweedie", false, exponent},
    {"Logloss", true, two_classes},
    {"CrossEntropy", true, two_classes},
    {"MultiClass", true, softmax},
    {"MultiClassOneVsAll", true, each_class},
});

const Loss& known_loss(const std::string& name) {
  const auto found = std::ranges::find(losses, name, &Loss::name);
  if (found == losses.end()) throw ModelError("models of the loss '" + name + "' are not read");
  return *found;
}

std::vector<std::string> class_names(const Loss& loss, const StoredModel& stored) {
  if (!loss.classifies) return {};
  if (stored.classes.empty() && loss.answer == two_classes) return {"0", "1"};
  return stored.classes;
}

class CatboostModel final : public TabularScores {
 public:
  explicit CatboostModel(const StoredModel& stored)
      : TabularScores(class_names(known_loss(stored.loss), stored)),
        loss_(known_loss(stored.loss)),
        forest_(stored) {
    if (!stored.categorical.empty()) reader_.emplace(stored);
    const bool two = loss_.answer == two_classes;
    const std::size_t expected = two ? 2 : forest_.dimension();
    const bool fits = two ? forest_.dimension() == 1 : loss_.classifies || expected == 1;
    if (!fits || (loss_.classifies && classes().size() != expected))
      throw ModelError("the model is damaged: its classes do not fit its loss");
  }

  [[nodiscard]] std::string_view objective() const override { return loss_.name; }
  [[nodiscard]] std::size_t features() const override { return forest_.columns(); }
  [[nodiscard]] const FieldReader* field_reader() const override {
    return reader_ ? &*reader_ : nullptr;
  }
  using TabularScores::predict;
  void predict(const table::Matrix& rows, std::span<double> out) const override {
    check_rows(rows, forest_.columns());
    std::vector<double> sums(Forest::lanes * forest_.dimension());
    std::array<const float*, Forest::lanes> block{};
    for (std::size_t begin = 0; begin < rows.rows; begin += Forest::lanes) {
      const std::size_t count = std::min(Forest::lanes, rows.rows - begin);
      for (std::size_t i = 0; i < count; ++i)
        block[i] = rows.values.data() + (begin + i) * rows.columns;
      forest_.sum({block.data(), count}, sums);
      for (std::size_t i = 0; i < count; ++i) {
        loss_.answer(std::span(sums).subspan(i * forest_.dimension(), forest_.dimension()),
                     out.subspan((begin + i) * width(), width()));
      }
    }
  }

 private:
  const Loss& loss_;
  Forest forest_;
  std::optional<RowReader> reader_;  // of models with categorical columns
};

}  // namespace

std::unique_ptr<Model> parse_model(std::string_view bytes) {
  return std::make_unique<CatboostModel>(read_model(bytes));
}

std::unique_ptr<Model> load_model(const std::filesystem::path& folder) {
  return make_from_folder(
      folder, [](const StoredModel& stored) { return std::make_unique<CatboostModel>(stored); });
}

}  // namespace millrace::learn::catboost
