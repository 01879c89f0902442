#include "learn/linear_learner/settings.hpp"

#include "base/text.hpp"
#include "learn/hyperparameters.hpp"
#include "learn/linear_learner/contract.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace millrace::learn::linear_learner {
namespace {

bool is_auto(const Hyperparameters& values, std::string_view name) {
  return values.is(name, "auto");
}

std::optional<double> number(const Hyperparameters& values, std::string_view name) {
  if (is_auto(values, name)) return {};
  return values.number(name);
}

std::optional<std::size_t> count(const Hyperparameters& values, std::string_view name) {
  if (is_auto(values, name)) return {};
  return values.count(name);
}

bool flag(const Hyperparameters& values, std::string_view name, bool automatic) {
  if (is_auto(values, name)) return automatic;
  const std::string_view text = values.text(name);
  return base::equal_ignoring_case(text, "true") || text == "1";
}

Predictor predictor_of(const Hyperparameters& values) {
  if (values.is("predictor_type", "regressor")) return Predictor::regressor;
  return values.is("predictor_type", "binary_classifier") ? Predictor::binary
                                                          : Predictor::multiclass;
}

Loss loss_of(const Hyperparameters& values, Predictor predictor) {
  using enum LinearLossKind;
  const auto bound = [&](std::string_view name) { return static_cast<float>(values.number(name)); };
  if (values.is("loss", "absolute_loss")) return {.kind = absolute};
  if (values.is("loss", "eps_insensitive_squared_loss"))
    return {.kind = insensitive_squared, .bound = bound("loss_insensitivity")};
  if (values.is("loss", "eps_insensitive_absolute_loss"))
    return {.kind = insensitive_absolute, .bound = bound("loss_insensitivity")};
  if (values.is("loss", "quantile_loss")) return {.kind = quantile, .bound = bound("quantile")};
  if (values.is("loss", "huber_loss")) return {.kind = huber, .bound = bound("huber_delta")};
  if (values.is("loss", "hinge_loss")) return {.kind = hinge, .bound = bound("margin")};
  if (predictor == Predictor::binary) return {.kind = logistic};
  if (predictor == Predictor::multiclass) return {.kind = softmax};
  return {.kind = squared};
}

LinearOptimizer optimizer_of(const Hyperparameters& values) {
  if (values.is("optimizer", "sgd")) return LinearOptimizer::sgd;
  return values.is("optimizer", "rmsprop") ? LinearOptimizer::rmsprop : LinearOptimizer::adam;
}

Steps steps_of(const Hyperparameters& values) {
  const Steps otherwise;
  return {.optimizer = optimizer_of(values),
          .learning_rate = number(values, "learning_rate"),
          .weight_decay = number(values, "wd"),
          .l1 = number(values, "l1"),
          .momentum = number(values, "momentum").value_or(otherwise.momentum),
          .beta_1 = number(values, "beta_1").value_or(otherwise.beta_1),
          .beta_2 = number(values, "beta_2").value_or(otherwise.beta_2),
          .bias_rate = number(values, "bias_lr_mult").value_or(otherwise.bias_rate),
          .bias_decay = number(values, "bias_wd_mult").value_or(otherwise.bias_decay),
          .use_bias = flag(values, "use_bias", true),
          .use_schedule = flag(values, "use_lr_scheduler", true),
          .schedule_step = count(values, "lr_scheduler_step"),
          .schedule_factor = number(values, "lr_scheduler_factor"),
          .least_rate = number(values, "lr_scheduler_minimum_lr")};
}

Scaling scaling_of(const Hyperparameters& values, Predictor predictor) {
  const bool use_bias = flag(values, "use_bias", true);
  const bool regressor = predictor == Predictor::regressor;
  return {.scale_data = flag(values, "normalize_data", true),
          .unbias_data = flag(values, "unbias_data", use_bias),
          .scale_label = regressor && flag(values, "normalize_label", true),
          .unbias_label = regressor && use_bias && flag(values, "unbias_label", true),
          .rows = values.count("num_point_for_scaler")};
}

Start start_of(const Hyperparameters& values) {
  const bool normal = values.is("init_method", "normal");
  return {.normal = normal,
          .size = values.number(normal ? "init_sigma" : "init_scale"),
          .bias = values.number("init_bias")};
}

Selection selection_of(const Hyperparameters& values) {
  constexpr auto name = "binary_classifier_model_selection_criteria";
  Selection selection{.target_recall = values.number("target_recall"),
                      .target_precision = values.number("target_precision"),
                      .beta = values.is(name, "f1") ? 1.0 : values.number("f_beta")};
  using enum Criterion;
  constexpr std::array<std::pair<std::string_view, Criterion>, 5> names = {
      {{"accuracy", accuracy},
       {"f1", f_beta},
       {"f_beta", f_beta},
       {"precision_at_target_recall", precision_at_recall},
       {"recall_at_target_precision", recall_at_precision}}};
  selection.criterion = loss;
  for (const auto& [text, criterion] : names) {
    if (values.is(name, text)) selection.criterion = criterion;
  }
  return selection;
}

void read_positive_weight(const Hyperparameters& values, Settings& settings) {
  constexpr auto name = "positive_example_weight_mult";
  if (values.is(name, "balanced")) {
    settings.positive = PositiveWeight::balanced;
  } else if (is_auto(values, name)) {
    settings.positive = PositiveWeight::automatic;
  } else {
    settings.positive_weight = values.number(name);
  }
}

}  // namespace

Settings read_settings(const HyperparameterMap& given) {
  const Hyperparameters values(contract(), given);
  const Predictor predictor = predictor_of(values);
  Settings settings{.predictor = predictor,
                    .feature_dim = count(values, "feature_dim"),
                    .loss = loss_of(values, predictor),
                    .epochs = values.count("epochs"),
                    .steps = steps_of(values),
                    .scaling = scaling_of(values, predictor),
                    .start = start_of(values),
                    .balance_classes = flag(values, "balance_multiclass_weights", false),
                    .selection = selection_of(values),
                    .top_k = values.count("accuracy_top_k"),
                    .metric_beta = values.number("f_beta"),
                    .patience = values.count("early_stopping_patience"),
                    .tolerance = values.number("early_stopping_tolerance"),
                    .refinements = values.count("_refine_max_iter"),
                    .seed = values.count("_seed")};
  if (predictor == Predictor::multiclass) settings.outputs = values.count("num_classes");
  if (given.contains("mini_batch_size")) settings.mini_batch_size = values.count("mini_batch_size");
  settings.models = count(values, "num_models");
  if (!values.text("_tuning_objective_metric").empty()) settings.models = 1;
  if (const auto rows = count(values, "num_calibration_samples")) settings.calibration_rows = *rows;
  read_positive_weight(values, settings);
  return settings;
}

}  // namespace millrace::learn::linear_learner
