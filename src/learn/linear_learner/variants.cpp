#include "learn/linear_learner/variants.hpp"

#include "learn/draw.hpp"

#include <array>
#include <cmath>

namespace millrace::learn::linear_learner {
namespace {

using Choices = std::array<double, 4>;
using Decays = std::array<double, 8>;

constexpr std::size_t grid_size = 32;

Choices times(double given, const Choices& factors) {
  Choices choices{};
  for (std::size_t i = 0; i < choices.size(); ++i) choices[i] = given * factors[i];
  return choices;
}

Choices rates_of(const Steps& steps) {
  if (steps.learning_rate) return times(*steps.learning_rate, {1, 0.5, 2, 0.25});
  switch (steps.optimizer) {
    case LinearOptimizer::sgd:
      return {0.02, 0.005, 0.1, 0.001};
    case LinearOptimizer::rmsprop:
      return {0.01, 0.002, 0.05, 0.0005};
    case LinearOptimizer::adam:
      break;
  }
  return {0.1, 0.02, 0.5, 0.005};
}

// Left to itself the L2 term weighs as much as one row: a prior of deviation 1 on the weights.
Decays decays_of(const Steps& steps, const Situation& situation) {
  const double one_row = 1 / static_cast<double>(situation.rows);
  const double first = steps.weight_decay.value_or(one_row);
  Decays decays{};
  if (!steps.weight_decay && !situation.validated) {
    decays.fill(first);
    return decays;
  }
  constexpr Decays factors = {1, 10, 0.1, 100, 0.01, 30, 3, 0.3};
  for (std::size_t i = 0; i < decays.size(); ++i) decays[i] = first * factors[i];
  return decays;
}

double positive_weight_of(const Settings& settings, std::size_t model, double balance) {
  switch (settings.positive) {
    case PositiveWeight::given:
      return settings.positive_weight;
    case PositiveWeight::balanced:
      return balance;
    case PositiveWeight::automatic:
      break;
  }
  return model / 4 % 2 == 0 ? 1 : balance;
}

}  // namespace

std::vector<Variant> variants_of(const Settings& settings, std::size_t models,
                                 const Situation& situation) {
  const Choices rates = rates_of(settings.steps);
  const Decays decays = decays_of(settings.steps, situation);
  Draw draw(settings.seed);
  std::vector<Variant> variants;
  for (std::size_t model = 0; model < models; ++model) {
    Variant variant{.learning_rate = rates[model % 4],
                    .weight_decay = decays[model / 4 % 8],
                    .l1 = settings.steps.l1.value_or(0) * (model / 16 % 2 == 0 ? 1 : 0.1),
                    .positive_weight = positive_weight_of(settings, model, situation.balance)};
    if (model >= grid_size) variant.learning_rate *= std::exp2(2 * draw.uniform() - 1);
    variants.push_back(variant);
  }
  return variants;
}

std::size_t usual_models(std::size_t weights_of_a_model) {
  constexpr std::size_t usual = 32;
  constexpr std::size_t enough_weights = std::size_t{1} << 26;
  std::size_t models = usual;
  while (models > 1 && models * weights_of_a_model > enough_weights) models /= 2;
  return models;
}

}  // namespace millrace::learn::linear_learner
