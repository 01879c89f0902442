#include "learn/catboost/model.hpp"

#include "learn/catboost/forest.hpp"
#include "learn/catboost/stored_model.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace millrace::learn::catboost {
namespace {

constexpr std::uintmax_t model_limit = std::uintmax_t{8} << 30;

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

class CatboostModel final : public Model, public TabularModel {
 public:
  explicit CatboostModel(const StoredModel& stored)
      : loss_(known_loss(stored.loss)), forest_(stored), classes_(stored.classes) {
    if (!loss_.classifies) classes_.clear();
    const bool two = loss_.answer == two_classes;
    if (two && classes_.empty()) classes_ = {"0", "1"};
    const std::size_t expected = two ? 2 : forest_.dimension();
    const bool fits = two ? forest_.dimension() == 1 : loss_.classifies || expected == 1;
    if (!fits || (loss_.classifies && classes_.size() != expected))
      throw ModelError("the model is damaged: its classes do not fit its loss");
  }

  [[nodiscard]] std::string_view objective() const override { return loss_.name; }
  [[nodiscard]] std::size_t features() const override { return forest_.columns(); }
  [[nodiscard]] std::size_t width() const override {
    return std::max<std::size_t>(1, classes_.size());
  }
  [[nodiscard]] const TabularModel* tabular() const override { return this; }
  [[nodiscard]] const std::vector<std::string>& classes() const override { return classes_; }

  void predict(const table::Matrix& rows, std::span<float> out) const override {
    std::vector<double> numbers(out.size());
    predict(rows, numbers);
    std::ranges::transform(numbers, out.begin(),
                           [](double number) { return static_cast<float>(number); });
  }

  void predict(const table::Matrix& rows, std::span<double> out) const override {
    check(rows);
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
  void check(const table::Matrix& rows) const {
    if (rows.sparse) throw PredictionError("rows must not be sparse");
    if (rows.columns == forest_.columns()) return;
    throw PredictionError("the model has " + std::to_string(forest_.columns()) +
                          " features, the rows have " + std::to_string(rows.columns));
  }

  const Loss& loss_;
  Forest forest_;
  std::vector<std::string> classes_;
};

std::filesystem::path find_model(const std::filesystem::path& folder) {
  for (const char* name : {model_file, "model.cbm"}) {
    if (std::filesystem::is_regular_file(folder / name)) return folder / name;
  }
  std::vector<std::filesystem::path> files;
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failure)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  if (files.size() == 1) return files.front();
  throw ModelError("there is no file 'model' in " + folder.string());
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
  const StoredModel stored = read_model(bytes);
  if (!stored.categorical.empty())
    throw ModelError("models with categorical features are not read");
  return std::make_unique<CatboostModel>(stored);
}

std::unique_ptr<Model> load_model(const std::filesystem::path& folder) {
  const std::filesystem::path path = find_model(folder);
  try {
    return parse_model(read_file(path));
  } catch (const ModelError& error) {
    throw ModelError("Model " + path.string() + " cannot be loaded: " + error.what());
  }
}

}  // namespace millrace::learn::catboost
