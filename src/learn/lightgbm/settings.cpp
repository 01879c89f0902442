#include "learn/lightgbm/settings.hpp"

#include "base/text.hpp"
#include "learn/algorithm.hpp"
#include "learn/hyperparameters.hpp"
#include "learn/lightgbm/contract.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

namespace millrace::learn::lightgbm {
namespace {

// What goes to the library under its own name.
constexpr std::array<std::string_view, 16> passed = {"learning_rate",    "num_leaves",
                                                     "feature_fraction", "bagging_fraction",
                                                     "bagging_freq",     "max_depth",
                                                     "min_data_in_leaf", "max_delta_step",
                                                     "lambda_l1",        "lambda_l2",
                                                     "boosting",         "min_gain_to_split",
                                                     "tree_learner",     "feature_fraction_bynode",
                                                     "max_bin",          "verbosity"};

int whole(const Hyperparameters& chosen, std::string_view name) {
  constexpr std::int64_t most = std::numeric_limits<int>::max();
  return static_cast<int>(std::clamp(base::to_integer(chosen.text(name)).value(), -most, most));
}

void add(std::string& text, std::string_view name, std::string_view value) {
  if (!text.empty()) text += ' ';
  text.append(name).append("=").append(value);
}

std::string text_for_library(const Hyperparameters& chosen, bool classifies, int threads) {
  std::string text;
  for (const auto name : passed) add(text, name, base::lower(chosen.text(name)));
  add(text, "num_threads", std::to_string(threads));
  if (classifies) {
    add(text, "scale_pos_weight", chosen.text("scale_pos_weight"));
    const std::string unbalanced = base::lower(chosen.text("is_unbalance"));
    add(text, "is_unbalance", unbalanced == "true" || unbalanced == "1" ? "true" : "false");
  }
  // The library tries two ways on the clock otherwise, and their sums differ in the last bit.
  add(text, "force_row_wise", "true");
  return text;
}

[[noreturn]] void wrong_label(float label, std::size_t classes) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%g", static_cast<double>(label));
  throw ClientError("Label must be in [0, " + std::to_string(classes) + "), but found " +
                    text.data() + " in label");
}

}  // namespace

Settings read_settings(const HyperparameterMap& given, int threads) {
  const Hyperparameters chosen(contract(), given);
  const int asked = whole(chosen, "num_threads");
  Settings settings{.classifies = chosen.is("problem_type", "classification"),
                    .rounds = whole(chosen, "num_boost_round"),
                    .patience = std::max(0, whole(chosen, "early_stopping_rounds")),
                    .dart = chosen.is("boosting", "dart"),
                    .threads = asked == 0 ? threads : std::min(asked, threads),
                    .metric = std::string(chosen.text("metric")),
                    .library = {}};
  settings.library = text_for_library(chosen, settings.classifies, settings.threads);
  return settings;
}

// As many classes as there are different labels, as AWS's script counts them.
std::size_t count_classes(const Settings& settings, const std::vector<float>& labels) {
  if (!settings.classifies) return 0;
  std::vector<float> different = labels;
  std::ranges::sort(different);
  const auto [first, last] = std::ranges::unique(different);
  different.erase(first, last);
  const std::size_t classes = different.size();
  if (classes < 2) throw ClientError("There is only one class in the labels");
  check_classes(classes, different);
  return classes;
}

void check_classes(std::size_t classes, const std::vector<float>& labels) {
  if (classes == 0) return;
  for (const float label : labels) {
    if (label < 0 || label >= static_cast<float>(classes) || label != std::floor(label))
      wrong_label(label, classes);
  }
}

Problem problem_of(std::size_t classes) {
  if (classes == 0) return Problem::regression;
  return classes == 2 ? Problem::binary : Problem::multiclass;
}

std::string metric_of(const Settings& settings, Problem problem) {
  if (settings.metric != "auto") return settings.metric;
  switch (problem) {
    case Problem::regression:
      return "rmse";
    case Problem::binary:
      return "binary_logloss";
    case Problem::multiclass:
      return "multi_logloss";
  }
  return {};
}

std::string library_parameters(const Settings& settings, std::size_t classes) {
  std::string text = settings.library;
  const Problem problem = problem_of(classes);
  add(text, "metric", metric_of(settings, problem));
  if (problem == Problem::multiclass) {
    add(text, "objective", "multiclass");
    add(text, "num_class", std::to_string(classes));
  } else {
    add(text, "objective", problem == Problem::binary ? "binary" : "regression");
  }
  return text;
}

}  // namespace millrace::learn::lightgbm
