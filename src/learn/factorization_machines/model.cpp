#include "learn/factorization_machines/model.hpp"

#include "base/json.hpp"
#include "learn/algorithm.hpp"
#include "learn/model_folder.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <string>

namespace millrace::learn::factorization_machines {
namespace {

constexpr const char* metadata_file = "model_algo-1.json";

class Answers final : public Model {
 public:
  Answers(Machine machine, Predictor predictor)
      : machine_(std::move(machine)), predictor_(predictor) {}

  [[nodiscard]] std::string_view objective() const override { return "factorization-machines"; }
  [[nodiscard]] std::size_t features() const override { return machine_.features; }
  [[nodiscard]] std::size_t width() const override { return classifies() ? 2 : 1; }
  [[nodiscard]] Container container() const override { return Container::first_party; }
  [[nodiscard]] std::vector<Output> outputs() const override {
    if (!classifies()) return {{.name = "score"}};
    return {{.name = "score"}, {.name = "predicted_label"}};
  }

  void predict(const table::Matrix& rows, std::span<float> out) const override {
    if (rows.sparse) {
      predict_entries(rows, out);
      return;
    }
    table::Matrix made = rows;
    index_entries(made);
    predict_entries(made, out);
  }

 private:
  [[nodiscard]] bool classifies() const { return predictor_ == Predictor::binary_classifier; }

  void check(const table::Matrix& rows) const {
    if (rows.columns > machine_.features) {
      throw PredictionError("cannot copy sequence with size " + std::to_string(rows.columns) +
                            " to array axis with dimension " + std::to_string(machine_.features));
    }
    if (!std::ranges::all_of(rows.values, [](float value) { return std::isfinite(value); }))
      throw PredictionError("a feature is missing or no finite number");
  }

  void predict_entries(const table::Matrix& rows, std::span<float> out) const {
    check(rows);
    std::vector<float> sums(machine_.factors);
    for (std::size_t row = 0; row < rows.rows; ++row, out = out.subspan(width())) {
      out[0] = score_of(predictor_, raw_score(machine_, entries_of(rows, row), sums, kernels()));
      if (classifies()) out[1] = out[0] >= 0.5F ? 1 : 0;
    }
  }

  Machine machine_;
  Predictor predictor_;
};

Predictor read_predictor(const std::filesystem::path& folder) {
  std::ifstream file(folder / metadata_file, std::ios::binary);
  if (!file) throw ModelError("the model has no file " + std::string(metadata_file));
  try {
    const auto document = base::parse_json(std::string{std::istreambuf_iterator<char>(file), {}});
    const base::Value* const type = document.find("predictor_type");
    if (type && type->is_text() && type->text() == "regressor") return Predictor::regressor;
    if (type && type->is_text() && type->text() == "binary_classifier")
      return Predictor::binary_classifier;
  } catch (const base::JsonError& error) {
    throw ModelError(std::string(metadata_file) + ": " + error.what());
  }
  throw ModelError(std::string(metadata_file) + " names no predictor type");
}

std::vector<float> take(std::vector<Array>& arrays, std::string_view name) {
  const auto found = std::ranges::find(arrays, name, &Array::name);
  if (found == arrays.end()) throw ModelError("the model has no array " + std::string(name));
  return std::move(found->values);
}

}  // namespace

void save(const std::filesystem::path& folder, const Machine& machine, Predictor predictor) {
  save_arrays(
      folder,
      {{.name = "v", .shape = {machine.features, machine.factors}, .values = machine.factor},
       {.name = "w1_weight", .shape = {machine.features, 1}, .values = machine.linear},
       {.name = "w0_weight", .shape = {1, 1}, .values = {machine.bias}}});
  const bool regressor = predictor == Predictor::regressor;
  const std::string text = base::write_json(
      base::Map{{"predictor_type", regressor ? "regressor" : "binary_classifier"}});
  std::ofstream file(folder / metadata_file, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) {
    throw AlgorithmError("the model could not be written to " + (folder / metadata_file).string());
  }
}

std::unique_ptr<Model> load_model(const std::filesystem::path& folder) {
  std::vector<Array> arrays = load_arrays(folder);
  const std::vector<float> bias = take(arrays, "w0_weight");
  Machine machine{.linear = take(arrays, "w1_weight"), .factor = take(arrays, "v")};
  machine.features = machine.linear.size();
  if (bias.size() != 1 || machine.features == 0 || machine.factor.empty() ||
      machine.factor.size() % machine.features != 0) {
    throw ModelError("the model's arrays do not fit each other");
  }
  machine.bias = bias[0];
  machine.factors = machine.factor.size() / machine.features;
  return std::make_unique<Answers>(std::move(machine), read_predictor(folder));
}

}  // namespace millrace::learn::factorization_machines
