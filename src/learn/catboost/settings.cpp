#include "learn/catboost/settings.hpp"

#include "base/text.hpp"
#include "learn/algorithm.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <set>

namespace millrace::learn::catboost {
namespace {

std::int64_t integer(const Hyperparameters& given, std::string_view name) {
  return base::to_integer(given.text(name)).value();
}

int threads_of(const Hyperparameters& given, int threads) {
  const std::int64_t wanted = integer(given, "thread_count");
  return wanted < 1 ? threads : static_cast<int>(std::min<std::int64_t>(wanted, threads));
}

std::string loss_of(Problem problem) {
  switch (problem) {
    case Problem::regression:
      return "RMSE";
    case Problem::two_classes:
      return "Logloss";
    case Problem::classes:
      return "MultiClass";
  }
  return {};
}

// What only some ways of growing take; CatBoost refuses it with the others.
void add_growth(base::Map& parameters, const Hyperparameters& given) {
  const std::string policy(given.text("grow_policy"));
  parameters.set("grow_policy", policy);
  if (policy == "Lossguide")
    parameters.set("max_leaves", integer(given, "max_leaves"));
  else
    parameters.set("sampling_frequency", std::string(given.text("sampling_frequency")));
  if (policy != "SymmetricTree")
    parameters.set("min_data_in_leaf", integer(given, "min_data_in_leaf"));
}

void add_optional(base::Map& parameters, const Hyperparameters& given, Problem problem) {
  if (const std::int64_t rounds = integer(given, "early_stopping_rounds"); rounds > 0)
    parameters.set("early_stopping_rounds", rounds);
  if (!given.is("boosting_type", "Auto"))
    parameters.set("boosting_type", std::string(given.text("boosting_type")));
  if (!given.is("max_bin", "Auto")) parameters.set("max_bin", integer(given, "max_bin"));
  if (problem == Problem::two_classes)
    parameters.set("scale_pos_weight", given.number("scale_pos_weight"));
}

}  // namespace

std::string label_text(float label) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g", static_cast<double>(label));
  return text.data();
}

Problem problem_of(const Hyperparameters& given, const std::vector<float>& labels) {
  if (given.is("problem_type", "regression")) return Problem::regression;
  const std::set<float> classes(labels.begin(), labels.end());
  for (const float label : classes) {
    if (label != std::trunc(label))
      throw ClientError("The label " + label_text(label) +
                        " is no whole number, as the labels of a classification must be");
  }
  if (classes.size() < 2)
    throw ClientError(
        "The labels of the training rows are all the same; a classification needs "
        "two classes at least");
  return classes.size() == 2 ? Problem::two_classes : Problem::classes;
}

std::string metric_of(const Hyperparameters& given, Problem problem) {
  if (!given.is("eval_metric", "auto")) return std::string(given.text("eval_metric"));
  return problem == Problem::two_classes ? "AUC" : loss_of(problem);
}

base::Map package_parameters(const Hyperparameters& given, Problem problem, int threads) {
  base::Map parameters{{"loss_function", loss_of(problem)},
                       {"eval_metric", metric_of(given, problem)},
                       {"iterations", integer(given, "iterations")},
                       {"learning_rate", given.number("learning_rate")},
                       {"depth", integer(given, "depth")},
                       {"l2_leaf_reg", integer(given, "l2_leaf_reg")},
                       {"random_strength", given.number("random_strength")},
                       {"rsm", given.number("rsm")},
                       {"bootstrap_type", "Bayesian"},
                       {"bagging_temperature", given.number("bagging_temperature")},
                       {"random_seed", integer(given, "random_seed")},
                       {"thread_count", threads_of(given, threads)},
                       {"metric_period", integer(given, "verbose")},
                       {"allow_writing_files", false}};
  add_growth(parameters, given);
  add_optional(parameters, given, problem);
  return parameters;
}

}  // namespace millrace::learn::catboost
