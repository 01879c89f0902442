#include "learn/xgboost/settings.hpp"

#include "base/text.hpp"
#include "learn/algorithm.hpp"
#include "learn/xgboost/contract.hpp"
#include "learn/xgboost/metrics.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace millrace::learn::xgboost {
namespace {

using Metrics = std::vector<std::string>;

// Acted upon here, or without a meaning where hosts have whole rows and no GPU.
constexpr std::array<std::string_view, 10> own = {"num_round",
                                                  "csv_weights",
                                                  "early_stopping_rounds",
                                                  "nthread",
                                                  "eval_metric",
                                                  "_tuning_objective_metric",
                                                  "save_model_on_termination",
                                                  "use_dask_gpu_training",
                                                  "dsplit",
                                                  "base_score"};

std::string text_of(const HyperparameterMap& given, const std::string& name) {
  const auto found = given.find(name);
  return found == given.end() ? std::string() : found->second;
}

std::optional<int> integer_of(const HyperparameterMap& given, const std::string& name) {
  const std::string text = text_of(given, name);
  if (text.empty()) return {};
  return static_cast<int>(base::to_integer(base::trim(text)).value_or(0));
}

Metrics metrics_of(const HyperparameterMap& given) {
  const std::string text = text_of(given, "eval_metric");
  if (text.empty()) return {};
  Metrics names;
  for (const auto name : base::split(text, ',')) names.emplace_back(name);
  return names;
}

// "validation:auc" -> "auc"
std::string tuned_metric(const HyperparameterMap& given) {
  const std::string text = text_of(given, "_tuning_objective_metric");
  return text.substr(std::min(text.find(':') + 1, text.size()));
}

// AWS sorts the metrics when a tuning job adds its own.
Metrics all_metrics(const HyperparameterMap& given) {
  Metrics names = metrics_of(given);
  const std::string tuned = tuned_metric(given);
  if (tuned.empty()) return names;
  if (names.empty()) return {tuned};
  std::set<std::string> sorted(names.begin(), names.end());
  sorted.insert(tuned);
  return {sorted.begin(), sorted.end()};
}

std::string early_stopping_metric(const HyperparameterMap& given) {
  if (std::string tuned = tuned_metric(given); !tuned.empty()) return tuned;
  const Metrics names = metrics_of(given);
  return names.empty() ? std::string() : names.back();
}

// The documented default of the images of 1.x; later releases estimate it from the labels.
std::string base_score(const HyperparameterMap& given, std::string_view version) {
  std::string chosen = text_of(given, "base_score");
  if (!chosen.empty() || !version.starts_with("1.")) return chosen;
  return text_of(given, "objective") == "reg:absoluteerror" ? "" : "0.5";
}

void add_library_values(Settings& settings, const HyperparameterMap& given,
                        std::string_view version) {
  settings.library = {{"validate_parameters", "true"},
                      {"nthread", std::to_string(settings.threads)}};
  for (const auto& [name, value] : given) {
    if (std::ranges::find(own, name) == own.end()) settings.library.emplace_back(name, value);
  }
  const std::string base = base_score(given, version);
  if (!base.empty()) settings.library.emplace_back("base_score", base);
}

void add_metrics(Settings& settings, const HyperparameterMap& given) {
  for (const std::string& metric : all_metrics(given)) {
    if (is_added_metric(metric))
      settings.added_metrics.push_back(metric);
    else
      settings.library.emplace_back("eval_metric", metric);
  }
}

}  // namespace

Settings read_settings(const HyperparameterMap& aliased, std::string_view version, int threads) {
  if (const auto wrong = check_hyperparameters(contract(), aliased)) throw ClientError(*wrong);
  const HyperparameterMap given = without_aliases(aliased);
  Settings settings{.rounds = integer_of(given, "num_round").value_or(0),
                    .objective = text_of(given, "objective"),
                    .classes = integer_of(given, "num_class").value_or(0),
                    .csv_weights = integer_of(given, "csv_weights") == 1,
                    .threads = std::min(threads, integer_of(given, "nthread").value_or(threads)),
                    .early_stopping_rounds = integer_of(given, "early_stopping_rounds")};
  if (settings.early_stopping_rounds) settings.early_stopping_metric = early_stopping_metric(given);
  add_library_values(settings, given, version);
  add_metrics(settings, given);
  return settings;
}

}  // namespace millrace::learn::xgboost
