#include "learn/lightgbm/objective.hpp"

#include "base/text.hpp"
#include "learn/model.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

namespace millrace::learn::lightgbm {
namespace {

using Sums = std::span<double>;

void keep(const Objective&, Sums) {}

void square(const Objective&, Sums sums) {
  for (double& sum : sums) sum = std::copysign(sum * sum, sum);
}

void exponentiate(const Objective&, Sums sums) {
  for (double& sum : sums) sum = std::exp(sum);
}

void sigmoid(const Objective& objective, Sums sums) {
  for (double& sum : sums) sum = 1.0 / (1.0 + std::exp(-objective.slope * sum));
}

void softplus(const Objective&, Sums sums) {
  for (double& sum : sums) sum = std::log1p(std::exp(sum));
}

void softmax(const Objective&, Sums sums) {
  const double most = *std::ranges::max_element(sums);
  double total = 0;
  for (double& sum : sums) {
    sum = std::exp(sum - most);
    total += sum;
  }
  for (double& sum : sums) sum /= total;
}

struct Known {
  std::string_view name;
  bool classes;
  void (*transform)(const Objective&, Sums);
};

constexpr std::array known = std::to_array<Known>({
    {"", false, keep},
    {"regression", false, keep},
    {"regression_l1", false, keep},
    {"huber", false, keep},
    {"fair", false, keep},
    {"poisson", false, exponentiate},
    {"quantile", false, keep},
    {"mape", false, keep},
    {"gamma", false, exponentiate},
    {"tweedie", false, exponentiate},
    {"binary", true, sigmoid},
    {"multiclass", true, softmax},
    {"multiclassova", true, sigmoid},
    {"cross_entropy", false, sigmoid},
    {"cross_entropy_lambda", false, softplus},
    {"lambdarank", false, keep},
    {"rank_xendcg", false, keep},
    {"custom", false, keep},
});

double slope_of(std::string_view text) {
  const auto number = base::to_number(text);
  if (!number || !(*number > 0)) throw ModelError("the model is damaged: its sigmoid is no number");
  return *number;
}

void check_width(const Objective& objective, const StoredModel& model) {
  const bool several = objective.name.starts_with("multiclass");
  if (several ? model.groups == model.classes && model.groups > 1 : model.groups == 1) return;
  throw ModelError("several trees a round do not go with the objective '" + objective.name + "'");
}

}  // namespace

// "binary sigmoid:1": a name, and parameters of which few have an effect here.
Objective find_objective(const StoredModel& model) {
  const auto words = base::split(model.objective, ' ');
  const auto found = std::ranges::find(known, words.front(), &Known::name);
  if (found == known.end())
    throw ModelError("the objective '" + std::string(words.front()) + "' is not known");
  Objective objective{
      .name = std::string(found->name), .classes = found->classes, .transform = found->transform};
  for (const auto word : words) {
    if (word == "sqrt") objective.transform = square;
    if (word.starts_with("sigmoid:")) objective.slope = slope_of(word.substr(8));
  }
  check_width(objective, model);
  return objective;
}

}  // namespace millrace::learn::lightgbm
