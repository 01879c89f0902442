#include "learn/linear_learner/contract.hpp"

#include "base/text.hpp"
#include "learn/contract_text.hpp"
#include "learn/first_party.hpp"
#include "learn/linear_learner/parameters.hpp"

#include <algorithm>
#include <string>

namespace millrace::learn::linear_learner {
namespace {

constexpr std::array repositories = std::to_array<std::string_view>({"linear-learner"});
constexpr std::array channels = std::to_array<ChannelDoc>({
    {"train", true, dense_types, "Rows with labels, from which the models learn."},
    {"validation", false, dense_types,
     "Rows by which the best model and its threshold are chosen."},
    {"test", false, dense_types, "Rows on which the final model is measured."},
});

constexpr std::array metrics = std::to_array<MetricDoc>({
    {"train:objective_loss",
     R"(#quality_metric: host=\S+, epoch=\S+, train \S+_objective <loss>=(\S+))", false,
     "The mean loss of the training rows in an epoch."},
    {"train:objective_loss:final", R"(#quality_metric: host=\S+, train \S+_objective <loss>=(\S+))",
     false, "The mean loss of the training rows at the end."},
    {"validation:objective_loss",
     R"(#quality_metric: host=\S+, epoch=\S+, validation \S+_objective <loss>=(\S+))", false,
     "The mean loss of the validation rows after an epoch."},
    {"validation:objective_loss:final",
     R"(#quality_metric: host=\S+, validation \S+_objective <loss>=(\S+))", false,
     "The mean loss of the validation rows at the end."},
    {"test:objective_loss", R"(#quality_metric: host=\S+, test \S+_objective <loss>=(\S+))", false,
     "The mean loss of the test rows."},
    {"test:mse", R"(#quality_metric: host=\S+, test mse <loss>=(\S+))", false,
     "The mean squared error of the test rows."},
    {"test:rmse", R"(#quality_metric: host=\S+, test rmse <loss>=(\S+))", false,
     "The root of the mean squared error of the test rows."},
    {"test:absolute_loss", R"(#quality_metric: host=\S+, test absolute_loss <loss>=(\S+))", false,
     "The mean absolute error of the test rows."},
    {"test:binary_classification_accuracy",
     R"(#quality_metric: host=\S+, test binary_classification_accuracy <score>=(\S+))", true,
     "The accuracy of the test rows."},
    {"test:binary_f_beta", R"(#quality_metric: host=\S+, test binary_f_\S+ <score>=(\S+))", true,
     "The F score of the test rows."},
    {"test:precision", R"(#quality_metric: host=\S+, test precision <score>=(\S+))", true,
     "The precision of the test rows."},
    {"test:recall", R"(#quality_metric: host=\S+, test recall <score>=(\S+))", true,
     "The recall of the test rows."},
    {"test:roc_auc_score", R"(#quality_metric: host=\S+, test roc_auc_score <score>=(\S+))", true,
     "The area under the ROC curve of the test rows."},
    {"test:multiclass_accuracy",
     R"(#quality_metric: host=\S+, test multiclass_accuracy <score>=(\S+))", true,
     "The accuracy of the test rows."},
    {"test:multiclass_top_k_accuracy",
     R"(#quality_metric: host=\S+, test multiclass_top_k_accuracy_\S+ <score>=(\S+))", true,
     "How often the class is among the first k for the test rows."},
    {"test:dcg", R"(#quality_metric: host=\S+, test dcg <score>=(\S+))", true,
     "The discounted cumulative gain of the test rows."},
    {"test:macro_f_beta", R"(#quality_metric: host=\S+, test macro_f_\S+ <score>=(\S+))", true,
     "The mean of the classes' F scores of the test rows."},
    {"test:macro_precision", R"(#quality_metric: host=\S+, test macro_precision <score>=(\S+))",
     true, "The mean of the classes' precisions of the test rows."},
    {"test:macro_recall", R"(#quality_metric: host=\S+, test macro_recall <score>=(\S+))", true,
     "The mean of the classes' recalls of the test rows."},
    {"validation:mse", R"(#quality_metric: host=\S+, validation mse <loss>=(\S+))", false,
     "The mean squared error of the validation rows."},
    {"validation:rmse", R"(#quality_metric: host=\S+, validation rmse <loss>=(\S+))", false,
     "The root of the mean squared error of the validation rows."},
    {"validation:absolute_loss",
     R"(#quality_metric: host=\S+, validation absolute_loss <loss>=(\S+))", false,
     "The mean absolute error of the validation rows."},
    {"validation:binary_classification_accuracy",
     R"(#quality_metric: host=\S+, validation binary_classification_accuracy <score>=(\S+))", true,
     "The accuracy of the validation rows."},
    {"validation:binary_f_beta",
     R"(#quality_metric: host=\S+, validation binary_f_\S+ <score>=(\S+))", true,
     "The F score of the validation rows."},
    {"validation:precision", R"(#quality_metric: host=\S+, validation precision <score>=(\S+))",
     true, "The precision of the validation rows."},
    {"validation:recall", R"(#quality_metric: host=\S+, validation recall <score>=(\S+))", true,
     "The recall of the validation rows."},
    {"validation:roc_auc_score",
     R"(#quality_metric: host=\S+, validation roc_auc_score <score>=(\S+))", true,
     "The area under the ROC curve of the validation rows."},
    {"validation:multiclass_accuracy",
     R"(#quality_metric: host=\S+, validation multiclass_accuracy <score>=(\S+))", true,
     "The accuracy of the validation rows."},
    {"validation:multiclass_top_k_accuracy",
     R"(#quality_metric: host=\S+, validation multiclass_top_k_accuracy_\S+ <score>=(\S+))", true,
     "How often the class is among the first k for the validation rows."},
    {"validation:dcg", R"(#quality_metric: host=\S+, validation dcg <score>=(\S+))", true,
     "The discounted cumulative gain of the validation rows."},
    {"validation:macro_f_beta",
     R"(#quality_metric: host=\S+, validation macro_f_\S+ <score>=(\S+))", true,
     "The mean of the classes' F scores of the validation rows."},
    {"validation:macro_precision",
     R"(#quality_metric: host=\S+, validation macro_precision <score>=(\S+))", true,
     "The mean of the classes' precisions of the validation rows."},
    {"validation:macro_recall",
     R"(#quality_metric: host=\S+, validation macro_recall <score>=(\S+))", true,
     "The mean of the classes' recalls of the validation rows."},
    {"train:mse", R"(#quality_metric: host=\S+, train mse <loss>=(\S+))", false,
     "The mean squared error of the training rows."},
    {"train:rmse", R"(#quality_metric: host=\S+, train rmse <loss>=(\S+))", false,
     "The root of the mean squared error of the training rows."},
    {"train:absolute_loss", R"(#quality_metric: host=\S+, train absolute_loss <loss>=(\S+))", false,
     "The mean absolute error of the training rows."},
    {"train:binary_classification_accuracy",
     R"(#quality_metric: host=\S+, train binary_classification_accuracy <score>=(\S+))", true,
     "The accuracy of the training rows."},
    {"train:binary_f_beta", R"(#quality_metric: host=\S+, train binary_f_\S+ <score>=(\S+))", true,
     "The F score of the training rows."},
    {"train:precision", R"(#quality_metric: host=\S+, train precision <score>=(\S+))", true,
     "The precision of the training rows."},
    {"train:recall", R"(#quality_metric: host=\S+, train recall <score>=(\S+))", true,
     "The recall of the training rows."},
    {"train:roc_auc_score", R"(#quality_metric: host=\S+, train roc_auc_score <score>=(\S+))", true,
     "The area under the ROC curve of the training rows."},
    {"train:multiclass_accuracy",
     R"(#quality_metric: host=\S+, train multiclass_accuracy <score>=(\S+))", true,
     "The accuracy of the training rows."},
    {"train:multiclass_top_k_accuracy",
     R"(#quality_metric: host=\S+, train multiclass_top_k_accuracy_\S+ <score>=(\S+))", true,
     "How often the class is among the first k for the training rows."},
    {"train:dcg", R"(#quality_metric: host=\S+, train dcg <score>=(\S+))", true,
     "The discounted cumulative gain of the training rows."},
    {"train:macro_f_beta", R"(#quality_metric: host=\S+, train macro_f_\S+ <score>=(\S+))", true,
     "The mean of the classes' F scores of the training rows."},
    {"train:macro_precision", R"(#quality_metric: host=\S+, train macro_precision <score>=(\S+))",
     true, "The mean of the classes' precisions of the training rows."},
    {"train:macro_recall", R"(#quality_metric: host=\S+, train macro_recall <score>=(\S+))", true,
     "The mean of the classes' recalls of the training rows."},
    progress_metric,
    throughput_metric,
});

std::string_view value_of(const HyperparameterMap& given, const std::string& name,
                          std::string_view otherwise) {
  const auto found = given.find(name);
  return found == given.end() ? otherwise : base::trim(found->second);
}

std::span<const std::string_view> losses_of(std::string_view predictor) {
  static constexpr std::array regressor = std::to_array<std::string_view>(
      {"auto", "squared_loss", "absolute_loss", "eps_insensitive_squared_loss",
       "eps_insensitive_absolute_loss", "quantile_loss", "huber_loss"});
  static constexpr std::array binary =
      std::to_array<std::string_view>({"auto", "logistic", "hinge_loss"});
  static constexpr std::array multiclass =
      std::to_array<std::string_view>({"auto", "softmax_loss"});
  if (predictor == "regressor") return regressor;
  if (predictor == "binary_classifier") return binary;
  return multiclass;
}

std::optional<std::string> further(const HyperparameterMap& given) {
  const std::string_view predictor = value_of(given, "predictor_type", "");
  const std::string_view loss = value_of(given, "loss", "auto");
  const auto fitting = losses_of(predictor);
  if (std::ranges::find(fitting, loss) == fitting.end()) {
    return "loss '" + std::string(loss) + "' does not fit predictor_type '" +
           std::string(predictor) + "': it must be one of " + quoted_list(fitting);
  }
  const auto classes = base::to_integer(value_of(given, "num_classes", "1"));
  if (predictor == "multiclass_classifier" && classes < 3) {
    return "num_classes must be 3 or more when predictor_type is 'multiclass_classifier', not " +
           std::to_string(*classes);
  }
  return {};
}

}  // namespace

const Contract& contract() {
  static constexpr Contract promised{
      .name = "linear-learner",
      .sentence =
          "Linear regression and classification; trains many models at once and keeps the best.",
      .container = Container::first_party,
      .repositories = repositories,
      .tags = first_party_tags,
      .parameters = parameters,
      .channels = channels,
      .metrics = metrics,
      .instances = InstanceRules{.gpu = true, .several = true},
      .piped_types = dense_types,
      .further = further};
  return promised;
}

}  // namespace millrace::learn::linear_learner
