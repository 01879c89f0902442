#include "learn/factorization_machines/contract.hpp"

#include "learn/factorization_machines/parameters.hpp"
#include "learn/first_party.hpp"

#include <string>

namespace millrace::learn::factorization_machines {
namespace {

constexpr std::array repositories = std::to_array<std::string_view>({"factorization-machines"});
constexpr std::array content_types =
    std::to_array<std::string_view>({"application/x-recordio-protobuf"});

constexpr std::array channels = std::to_array<ChannelDoc>({
    {"train", true, content_types, "Rows with labels, sparse or dense."},
    {"test", false, content_types, "Rows with labels, whose predictions are measured at the end."},
});

constexpr std::array metrics = std::to_array<MetricDoc>({
    {"test:rmse", R"(#quality_metric: host=\S+, test rmse <loss>=(\S+))", false,
     "Of the test rows: the root of the mean squared error."},
    {"train:rmse:epoch", R"(#quality_metric: host=\S+, epoch=\S+, train rmse <loss>=(\S+))", false,
     "Of the training rows in an epoch, before each step: the root of the mean squared error."},
    {"train:rmse", R"(#quality_metric: host=\S+, epoch=\S+, batch=\S+ train rmse <loss>=(\S+))",
     false, "Of a mini-batch, at every five hundredth: the root of the mean squared error."},
    {"train:mse:epoch", R"(#quality_metric: host=\S+, epoch=\S+, train mse <loss>=(\S+))", false,
     "Of the training rows in an epoch, before each step: the mean squared error."},
    {"train:mse", R"(#quality_metric: host=\S+, epoch=\S+, batch=\S+ train mse <loss>=(\S+))",
     false, "Of a mini-batch, at every five hundredth: the mean squared error."},
    {"train:absolute_loss:epoch",
     R"(#quality_metric: host=\S+, epoch=\S+, train absolute_loss <loss>=(\S+))", false,
     "Of the training rows in an epoch, before each step: the mean absolute error."},
    {"train:absolute_loss",
     R"(#quality_metric: host=\S+, epoch=\S+, batch=\S+ train absolute_loss <loss>=(\S+))", false,
     "Of a mini-batch, at every five hundredth: the mean absolute error."},
    {"test:binary_classification_accuracy",
     R"(#quality_metric: host=\S+, test binary_classification_accuracy <score>=(\S+))", true,
     "Of the test rows: the part of the rows whose label was predicted."},
    {"train:binary_classification_accuracy:epoch",
     R"(#quality_metric: host=\S+, epoch=\S+, train binary_classification_accuracy <score>=(\S+))",
     true,
     "Of the training rows in an epoch, before each step: the part of the rows whose label was "
     "predicted."},
    {"train:binary_classification_accuracy",
     R"(#quality_metric: host=\S+, epoch=\S+, batch=\S+ train binary_classification_accuracy <score>=(\S+))",
     true,
     "Of a mini-batch, at every five hundredth: the part of the rows whose label was predicted."},
    {"test:binary_classification_cross_entropy",
     R"(#quality_metric: host=\S+, test binary_classification_cross_entropy <loss>=(\S+))", false,
     "Of the test rows: the mean cross entropy."},
    {"train:binary_classification_cross_entropy:epoch",
     R"(#quality_metric: host=\S+, epoch=\S+, train binary_classification_cross_entropy <loss>=(\S+))",
     false, "Of the training rows in an epoch, before each step: the mean cross entropy."},
    {"train:binary_classification_cross_entropy",
     R"(#quality_metric: host=\S+, epoch=\S+, batch=\S+ train binary_classification_cross_entropy <loss>=(\S+))",
     false, "Of a mini-batch, at every five hundredth: the mean cross entropy."},
    {"test:binary_f_beta", R"(#quality_metric: host=\S+, test binary_f_\S+ <score>=(\S+))", true,
     "Of the test rows: the F1 score of label 1."},
    {"train:binary_f_beta:epoch",
     R"(#quality_metric: host=\S+, epoch=\S+, train binary_f_\S+ <score>=(\S+))", true,
     "Of the training rows in an epoch, before each step: the F1 score of label 1."},
    {"train:binary_f_beta",
     R"(#quality_metric: host=\S+, epoch=\S+, batch=\S+ train binary_f_\S+ <score>=(\S+))", true,
     "Of a mini-batch, at every five hundredth: the F1 score of label 1."},
    progress_metric,
    throughput_metric,
});

// A method needs the parameter that has no default.
std::optional<std::string> further(const HyperparameterMap& given) {
  for (const std::string term : {"bias", "linear", "factors"}) {
    const auto method = given.find(term + "_init_method");
    if (method == given.end() || method->second == "normal") continue;
    const std::string needed = term + (method->second == "uniform" ? "_init_scale" : "_init_value");
    if (!given.contains(needed))
      return needed + " is required with " + method->first + " " + method->second;
  }
  return {};
}

}  // namespace

const Contract& contract() {
  static constexpr Contract promised{
      .name = "factorization-machines",
      .sentence =
          "Regression and binary classification on sparse rows, with the features' interactions.",
      .container = Container::first_party,
      .repositories = repositories,
      .tags = first_party_tags,
      .parameters = parameters,
      .channels = channels,
      .metrics = metrics,
      .instances = InstanceRules{.gpu = true, .several = true},
      .piped_types = content_types,
      .further = further};
  return promised;
}

}  // namespace millrace::learn::factorization_machines
