#include "learn/xgboost/contract.hpp"

#include "base/text.hpp"
#include "learn/contract_text.hpp"
#include "learn/xgboost/parameters.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace millrace::learn::xgboost {
namespace {

using Message = std::optional<std::string>;

constexpr std::array repositories = std::to_array<Names>({"sagemaker-xgboost", "xgboost"});
constexpr std::array tags =
    std::to_array<Names>({"1.0-1", "1.2-1", "1.2-2", "1.3-1", "1.5-1", "1.7-1", "3.0-5"});

constexpr std::array content_types = std::to_array<Names>(
    {"csv", "libsvm", "parquet", "recordio-protobuf", "text/csv", "text/libsvm", "text/x-libsvm",
     "application/x-parquet", "application/x-recordio-protobuf"});

// AWS's image reads no libsvm from pipes.
constexpr std::array piped_types =
    std::to_array<Names>({"csv", "parquet", "recordio-protobuf", "text/csv",
                          "application/x-parquet", "application/x-recordio-protobuf"});

constexpr std::array channels = std::to_array<ChannelDoc>({
    {"train", true, content_types, "The rows to learn from."},
    {"validation", false, content_types,
     "Rows that are only measured, and that early stopping follows."},
});

bool has(std::span<const Names> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::string_view value_of(const HyperparameterMap& given, const std::string& name) {
  const auto found = given.find(name);
  return found == given.end() ? std::string_view() : std::string_view(found->second);
}

Message check_unbuilt(const HyperparameterMap& given) {
  for (const Unbuilt& missing : unbuilt) {
    const auto found = given.find(std::string(missing.name));
    if (found == given.end() || (!missing.value.empty() && found->second != missing.value))
      continue;
    return "Hyperparameter " + found->first + ": " + found->second +
           " is not supported: " + std::string(missing.reason);
  }
  return {};
}

Message check_linear_updater(const std::vector<std::string_view>& chosen) {
  if (chosen.size() == 1 && (chosen[0] == "shotgun" || chosen[0] == "coord_descent")) return {};
  return "Linear updater should be one of these options: 'shotgun', 'coord_descent'.";
}

Message check_tree_updater(const std::vector<std::string_view>& chosen) {
  constexpr std::array growing = std::to_array<Names>(
      {"grow_colmaker", "distcol", "grow_histmaker", "grow_quantile_histmaker"});
  std::ptrdiff_t growers = 0;
  for (const auto name : chosen) {
    if (name == "shotgun" || name == "coord_descent") {
      return "Tree updater should be selected from these options: 'grow_colmaker', 'distcol', "
             "'grow_histmaker', 'grow_skmaker', 'grow_quantile_histmaker', 'sync', 'refresh', "
             "'prune', 'shortgun', 'coord_descent'.";
    }
    growers += has(growing, name) ? 1 : 0;
  }
  if (growers <= 1) return {};
  return "Only one tree grow plugin can be selected. Choose one from the"
         "following: 'grow_colmaker', 'distcol', 'grow_histmaker', 'grow_skmaker'";
}

Message check_updater(const HyperparameterMap& given) {
  if (!given.contains("updater")) return {};
  const auto chosen = base::split(value_of(given, "updater"), ',');
  return value_of(given, "booster") == "gblinear" ? check_linear_updater(chosen)
                                                  : check_tree_updater(chosen);
}

Message check_objective(const HyperparameterMap& given) {
  const std::string_view objective = value_of(given, "objective");
  if (objective == "aft_loss_distribution") {
    return "Hyperparameter objective: aft_loss_distribution is no objective; use survival:aft";
  }
  if (objective.starts_with("multi:") && !given.contains("num_class")) {
    return "Require input for parameter 'num_class' for multi-classification";
  }
  return {};
}

Message check_threshold_metric(std::string_view metric) {
  const std::size_t at = metric.find('@');
  const std::string_view name = base::trim(metric.substr(0, at));
  if (name != "error" && name != "ndcg" && name != "map") {
    return "Metric '" + std::string(metric) +
           "' is not supported. Parameter 'eval_metric' with customized threshold should be one of "
           "these options: 'error', 'ndcg', 'map'.";
  }
  std::string_view threshold = base::trim(metric.substr(at + 1));
  if (threshold.ends_with('-')) threshold.remove_suffix(1);  // the library's "ndcg@5-"
  if (base::to_number(threshold)) return {};
  return "Threshold value 't' in '" + std::string(name) + "@t' expects float input.";
}

std::vector<Names> all_metrics() {
  std::vector<Names> names(maximized_metrics.begin(), maximized_metrics.end());
  names.insert(names.end(), minimized_metrics.begin(), minimized_metrics.end());
  return names;
}

Message check_metric_names(const std::vector<std::string_view>& chosen) {
  const std::vector<Names> known = all_metrics();
  for (const auto metric : chosen) {
    if (metric.find('@') != std::string_view::npos) {
      if (Message wrong = check_threshold_metric(metric)) return wrong;
    } else if (!has(known, metric)) {
      return not_in_list("eval_metric", chosen, known);
    }
  }
  return {};
}

Message check_metrics(const HyperparameterMap& given) {
  if (!given.contains("eval_metric")) return {};
  const auto chosen = base::split(value_of(given, "eval_metric"), ',');
  if (Message wrong = check_metric_names(chosen)) return wrong;
  std::string_view objective = value_of(given, "objective");
  if (objective.empty()) objective = "reg:squarederror";
  if (has(chosen, "auc") && !objective.starts_with("binary:") && !objective.starts_with("rank:")) {
    return "Metric 'auc' can only be applied for classification and ranking problems.";
  }
  if (has(chosen, "aft-nloglik") && objective != "survival:aft") {
    return "Metric 'aft-nloglik' can only be applied for 'survival:aft' objective.";
  }
  return {};
}

// "(1,0,-1)", a number a column
Message check_monotone_values(std::string_view text) {
  const std::string name = "Hyperparameter monotone_constraints: ";
  text = base::trim(text);
  if (!text.starts_with('(') || !text.ends_with(')'))
    return name + "could not parse value (caused by ValueError)";
  for (const auto piece : base::split(text.substr(1, text.size() - 2), ',')) {
    if (base::trim(piece).empty()) continue;
    const auto value = base::to_integer(base::trim(piece));
    if (!value) return name + "could not parse value (caused by ValueError)";
    if (*value < -1 || *value > 1)
      return name + "value " + std::string(text) + " not in range [-1, 0, 1]";
  }
  return {};
}

Message check_constraints(const HyperparameterMap& given) {
  if (given.contains("monotone_constraints")) {
    if (Message wrong = check_monotone_values(value_of(given, "monotone_constraints")))
      return wrong;
  }
  const std::string_view method = value_of(given, "tree_method");
  const bool exact_or_hist = method == "exact" || method == "hist";
  if (given.contains("monotone_constraints") && !exact_or_hist) {
    return "monotone_constraints can be used only when the tree_method parameter is set to either "
           "'exact' or 'hist'.";
  }
  if (given.contains("interaction_constraints") && !exact_or_hist && method != "approx") {
    return "interaction_constraints can be used only when the tree_method parameter is set to "
           "either 'exact', 'hist' or 'approx'.";
  }
  return {};
}

Message check_tuning_metric(const HyperparameterMap& given) {
  const std::string_view metric = value_of(given, "_tuning_objective_metric");
  if (metric.empty()) return {};
  constexpr std::string_view prefix = "validation:";
  const std::vector<Names> known = all_metrics();
  if (metric.starts_with(prefix) && has(known, metric.substr(prefix.size()))) return {};
  return "Hyperparameter _tuning_objective_metric: " + std::string(metric) +
         " is not a metric of the validation channel";
}

Message further(const HyperparameterMap& aliased) {
  const HyperparameterMap given = without_aliases(aliased);
  for (const auto check : {check_unbuilt, check_updater, check_objective, check_metrics,
                           check_constraints, check_tuning_metric}) {
    if (Message wrong = check(given)) return wrong;
  }
  return {};
}

// Each metric on both channels: its name, and the pattern of AWS on a log line. The texts outlive
// the list.
struct Metrics {
  std::vector<std::string> texts;
  std::vector<MetricDoc> docs;
};

// A line carries several metrics, parted by #011: a value ends where its number does.
constexpr std::string_view number_pattern = R"(([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?).*)";

Metrics make_metrics() {
  Metrics made;
  const std::vector<Names> names = all_metrics();
  made.texts.reserve(names.size() * 4);
  for (const std::string channel : {"validation", "train"}) {
    for (const auto metric : names) {
      const std::string& name = made.texts.emplace_back(channel + ":" + std::string(metric));
      const std::string& regex =
          made.texts.emplace_back(".*\\[[0-9]+\\].*#011" + channel + "-" + std::string(metric) +
                                  ":" + std::string(number_pattern));
      made.docs.push_back({name, regex, is_maximized(metric),
                           channel == "train" ? "Measured on the rows learnt from."
                                              : "Measured on the rows of the validation channel."});
    }
  }
  return made;
}

}  // namespace

bool is_maximized(std::string_view metric) {
  return has(maximized_metrics, metric.substr(0, metric.find('@')));
}

HyperparameterMap without_aliases(const HyperparameterMap& given) {
  HyperparameterMap renamed = given;
  for (const auto& [alias, name] : aliases) {
    if (auto node = renamed.extract(std::string(alias))) {
      renamed[std::string(name)] = std::move(node.mapped());
    }
  }
  return renamed;
}

const Contract& contract() {
  static const Metrics metrics = make_metrics();
  static const Contract promised{
      .name = "xgboost",
      .sentence = "Gradient-boosted trees for regression, classification and ranking.",
      .repositories = repositories,
      .tags = tags,
      .parameters = parameters,
      .channels = channels,
      .metrics = metrics.docs,
      .instances = InstanceRules{.gpu = true, .several = true, .distributed = true},
      .piped_types = piped_types,
      .checkpoints = true,
      .aliases = aliases,
      .further = further};
  return promised;
}

}  // namespace millrace::learn::xgboost
