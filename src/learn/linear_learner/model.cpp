#include "learn/linear_learner/model.hpp"

#include "learn/linear_learner/objective.hpp"
#include "learn/model_folder.hpp"
#include "learn/records.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>

namespace millrace::learn::linear_learner {
namespace {

constexpr const char* weight_name = "arg:fc0_weight";
constexpr const char* bias_name = "arg:fc0_bias";
constexpr const char* kind_name = "millrace:predictor_loss_threshold";

class Linear final : public Model {
 public:
  explicit Linear(LinearModel model) : model_(std::move(model)) {}

  [[nodiscard]] std::string_view objective() const override { return objective_name(model_.loss); }
  [[nodiscard]] std::size_t features() const override { return model_.columns; }
  [[nodiscard]] std::size_t width() const override { return scores() + (is_classifier() ? 1 : 0); }
  [[nodiscard]] Container container() const override { return Container::first_party; }
  [[nodiscard]] std::vector<Output> outputs() const override {
    const Output score{.name = "score", .width = scores(), .list = scores() > 1};
    if (!is_classifier()) return {score};
    return {score, {.name = "predicted_label", .whole = true}};
  }

  void predict(const table::Matrix& rows, std::span<float> out) const override {
    table::Matrix made;
    const table::Matrix& dense = dense_rows(rows, model_.columns, made);
    for (std::size_t row = 0; row < dense.rows; ++row) {
      predict_row(std::span(dense.values).subspan(row * model_.columns, model_.columns),
                  out.subspan(row * width(), width()));
    }
  }

 private:
  [[nodiscard]] std::size_t scores() const { return model_.biases.size(); }
  [[nodiscard]] bool is_classifier() const { return model_.predictor != Predictor::regressor; }

  void predict_row(std::span<const float> row, std::span<float> out) const {
    for (std::size_t output = 0; output < scores(); ++output) {
      const float* const weights = model_.weights.data() + output * model_.columns;
      double sum = static_cast<double>(model_.biases[output]);
      for (std::size_t i = 0; i < row.size(); ++i)
        sum += static_cast<double>(row[i]) * static_cast<double>(weights[i]);
      out[output] = static_cast<float>(sum);
    }
    const auto answers = out.first(scores());
    make_answers(model_.loss, answers);
    if (model_.predictor == Predictor::binary) out[1] = out[0] >= model_.threshold ? 1 : 0;
    if (model_.predictor == Predictor::multiclass)
      out.back() = static_cast<float>(std::ranges::max_element(answers) - answers.begin());
  }

  LinearModel model_;
};

std::vector<float> take(std::vector<Array>& arrays, std::string_view name) {
  const auto found = std::ranges::find(arrays, name, &Array::name);
  if (found == arrays.end()) throw ModelError("the model has no array " + std::string(name));
  return std::move(found->values);
}

// A number that stands for one of `count` names.
template <class Name>
Name name_of(float number, std::size_t count) {
  if (!(number >= 0) || number >= static_cast<float>(count) || number != std::floor(number))
    throw ModelError("the model is of a kind that is not known");
  return static_cast<Name>(number);
}

}  // namespace

void save_model(const std::filesystem::path& folder, const LinearModel& model) {
  const std::size_t outputs = model.biases.size();
  save_arrays(folder,
              {{.name = weight_name, .shape = {outputs, model.columns}, .values = model.weights},
               {.name = bias_name, .shape = {outputs}, .values = model.biases},
               {.name = kind_name,
                .shape = {3},
                .values = {static_cast<float>(model.predictor), static_cast<float>(model.loss),
                           model.threshold}}});
}

std::unique_ptr<Model> load_model(const std::filesystem::path& folder) {
  std::vector<Array> arrays = load_arrays(folder);
  const std::vector<float> kind = take(arrays, kind_name);
  if (kind.size() != 3) throw ModelError("the model is of a kind that is not known");
  LinearModel model{.predictor = name_of<Predictor>(kind[0], 3),
                    .loss = name_of<LinearLossKind>(kind[1], 9),
                    .weights = take(arrays, weight_name),
                    .biases = take(arrays, bias_name),
                    .threshold = kind[2]};
  const std::size_t outputs = model.biases.size();
  if (outputs == 0 || model.weights.empty() || model.weights.size() % outputs != 0 ||
      (model.predictor != Predictor::multiclass && outputs != 1)) {
    throw ModelError("the model's arrays do not fit each other");
  }
  model.columns = model.weights.size() / outputs;
  return std::make_unique<Linear>(std::move(model));
}

}  // namespace millrace::learn::linear_learner
