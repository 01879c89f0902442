#include "learn/lightgbm/contract.hpp"

#include "base/text.hpp"
#include "learn/lightgbm/parameters.hpp"
#include "learn/tabular.hpp"

#include <string>
#include <vector>

namespace millrace::learn::lightgbm {
namespace {

constexpr std::array repositories = std::to_array<Names>({"lightgbm"});
constexpr std::array tags = std::to_array<Names>({"1", "latest"});

// AWS's pattern, and exponents, where its own would cut 1e-05 short.
constexpr std::string_view number_pattern = R"(([0-9.]+(?:e[-+]?[0-9]+)?))";

// The texts outlive the list.
struct Metrics {
  std::vector<std::string> patterns;
  std::vector<MetricDoc> docs;
};

Metrics make_metrics() {
  Metrics made;
  made.patterns.reserve(metrics.size());
  for (const auto name : metrics) {
    if (name == "auto") continue;
    const std::string& pattern =
        made.patterns.emplace_back(std::string(name) + ": " + std::string(number_pattern));
    made.docs.push_back({name, pattern, is_maximized(name), "Measured on the validation rows."});
  }
  return made;
}

bool is_true(const HyperparameterMap& given, const char* name) {
  const auto found = given.find(name);
  return found != given.end() && (base::lower(found->second) == "true" || found->second == "1");
}

std::optional<std::string> further(const HyperparameterMap& given) {
  const auto weight = given.find("scale_pos_weight");
  const bool weighted = weight != given.end() && base::to_number(base::trim(weight->second)) != 1;
  if (weighted && is_true(given, "is_unbalance"))
    return "Hyperparameter scale_pos_weight: cannot be used when is_unbalance is True";
  return {};
}

}  // namespace

bool is_maximized(std::string_view metric) {
  return metric == "auc" || metric == "auc_mu" || metric == "average_precision";
}

const Contract& contract() {
  static const Metrics measured = make_metrics();
  static const Contract promised{.name = "lightgbm",
                                 .sentence =
                                     "Gradient-boosted trees that grow leaf by leaf, for "
                                     "regression and classification.",
                                 .repositories = repositories,
                                 .tags = tags,
                                 .parameters = parameters,
                                 .channels = tabular_channels,
                                 .metrics = measured.docs,
                                 .instances = InstanceRules{.several = true},
                                 .further = further};
  return promised;
}

}  // namespace millrace::learn::lightgbm
