#include "learn/catboost/contract.hpp"

#include "learn/catboost/parameters.hpp"
#include "learn/tabular.hpp"

#include <string>

namespace millrace::learn::catboost {
namespace {

constexpr std::array repositories = std::to_array<Names>({"catboost"});
constexpr std::array tags = std::to_array<Names>({"1", "latest"});

// The line that ends a training names its metric, which AWS's own pattern does not: there every
// metric is "bestTest = ([0-9\.]+)".
constexpr std::array metrics = std::to_array<MetricDoc>({
    {"RMSE", R"(best RMSE = ([-+0-9.e]+))", false, "The root of the mean squared error."},
    {"MAE", R"(best MAE = ([-+0-9.e]+))", false, "The mean absolute error."},
    {"MedianAbsoluteError", R"(best MedianAbsoluteError = ([-+0-9.e]+))", false,
     "The median absolute error."},
    {"R2", R"(best R2 = ([-+0-9.e]+))", true, "The part of the variance that is explained."},
    {"Logloss", R"(best Logloss = ([-+0-9.e]+))", false, "The cross entropy of two classes."},
    {"Precision", R"(best Precision = ([-+0-9.e]+))", true, "The precision."},
    {"Recall", R"(best Recall = ([-+0-9.e]+))", true, "The recall."},
    {"F1", R"(best F1 = ([-+0-9.e]+))", true, "The F1 score."},
    {"AUC", R"(best AUC = ([-+0-9.e]+))", true, "The area under the ROC curve."},
    {"MultiClass", R"(best MultiClass = ([-+0-9.e]+))", false, "The cross entropy of classes."},
    {"Accuracy", R"(best Accuracy = ([-+0-9.e]+))", true, "The accuracy."},
    {"BalancedAccuracy", R"(best BalancedAccuracy = ([-+0-9.e]+))", true,
     "The mean of the classes' recalls."},
});

bool is_given(const HyperparameterMap& given, const std::string& name, std::string_view value) {
  const auto found = given.find(name);
  return found != given.end() && found->second == value;
}

std::optional<std::string> further(const HyperparameterMap& given) {
  if (is_given(given, "thread_count", "0")) return "Hyperparameter thread_count: cannot be 0";
  const bool lossguide = is_given(given, "grow_policy", "Lossguide");
  if (lossguide && is_given(given, "sampling_frequency", "PerTreeLevel"))
    return "Hyperparameter sampling_frequency: PerTreeLevel is not possible with grow_policy "
           "Lossguide";
  const bool grows = lossguide || is_given(given, "grow_policy", "Depthwise");
  if (grows && is_given(given, "boosting_type", "Ordered"))
    return "Hyperparameter boosting_type: Ordered is only possible with grow_policy SymmetricTree";
  return {};
}

}  // namespace

const Contract& contract() {
  static constexpr Contract promised{
      .name = "catboost",
      .sentence =
          "Gradient-boosted trees whose levels ask the same, for regression and "
          "classification; trained by CatBoost's own package in an environment that "
          "`millrace environment create catboost` makes.",
      .repositories = repositories,
      .tags = tags,
      .parameters = parameters,
      .channels = tabular_channels,
      .metrics = metrics,
      .further = further};
  return promised;
}

}  // namespace millrace::learn::catboost
