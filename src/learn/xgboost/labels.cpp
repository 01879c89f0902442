#include "learn/xgboost/labels.hpp"

#include "learn/algorithm.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace millrace::learn::xgboost {
namespace {

struct Rule {
  std::string_view objective;
  bool (*fits)(float label, int classes);
  std::string_view message;
};

bool is_probability(float label, int) { return label >= 0 && label <= 1; }
bool is_class(float label, int classes) {
  return label >= 0 && label < static_cast<float>(classes);
}
bool is_positive(float label, int) { return label > 0; }
bool is_not_negative(float label, int) { return label >= 0; }
bool has_logarithm_plus_one(float label, int) { return label > -1; }

constexpr std::string_view logistic = "label must be in [0,1] for logistic regression";
constexpr std::string_view classes_message = "label must be in [0, num_class).";

constexpr auto rules = std::to_array<Rule>({
    {"binary:logistic", is_probability, logistic},
    {"binary:logitraw", is_probability, logistic},
    {"reg:logistic", is_probability, logistic},
    {"multi:softmax", is_class, classes_message},
    {"multi:softprob", is_class, classes_message},
    {"count:poisson", is_not_negative, "PoissonRegression: label must be nonnegative"},
    {"reg:tweedie", is_not_negative, "TweedieRegression: label must be nonnegative"},
    {"reg:gamma", is_positive, "label must be positive for gamma regression."},
    {"reg:squaredlogerror", has_logarithm_plus_one,
     "label must be greater than -1 for rmsle so that log(label + 1) can be valid."},
});

}  // namespace

void check_labels(std::string_view objective, int classes, const std::vector<float>& labels) {
  const auto rule = std::ranges::find(rules, objective, &Rule::objective);
  if (rule == rules.end()) return;
  const auto fits = [&](float label) { return rule->fits(label, classes); };
  if (!std::ranges::all_of(labels, fits)) throw ClientError(std::string(rule->message));
}

}  // namespace millrace::learn::xgboost
