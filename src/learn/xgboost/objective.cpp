#include "learn/xgboost/objective.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace millrace::learn::xgboost {
namespace {

constexpr float smallest_probability = 1e-6F;

float identity(float x) { return x; }
float logarithm(float x) { return std::log(x); }

float logit(float probability) {
  const float inside =
      std::min(std::max(probability, smallest_probability), 1.0F - smallest_probability);
  return -std::log(1.0F / inside - 1.0F);
}

float sigmoid(float x) {
  // Beyond 88.7 the exponential overflows; the tiny addend is the library's and keeps results
  // equal.
  return 1.0F / (std::exp(std::min(-x, 88.7F)) + 1.0F + 1e-16F);
}

template <float (*function)(float)>
void each(std::span<float> row) {
  std::ranges::transform(row, row.begin(), function);
}

float exponential(float x) { return std::exp(x); }
// The library takes this one exponential in double precision.
float wide_exponential(float x) { return static_cast<float>(std::exp(static_cast<double>(x))); }
float step(float x) { return x > 0 ? 1.0F : 0.0F; }

void softmax(std::span<float> row) {
  const float most = std::ranges::max(row);
  double sum = 0;
  for (float& x : row) {
    x = std::exp(x - most);
    sum += x;
  }
  for (float& x : row) x /= static_cast<float>(sum);
}

void pick_class(std::span<float> row) {
  row[0] = static_cast<float>(std::ranges::max_element(row) - row.begin());
}

constexpr auto objectives = std::to_array<Objective>({
    {"reg:squarederror", identity, each<identity>},
    {"reg:linear", identity, each<identity>},
    {"reg:squaredlogerror", identity, each<identity>},
    {"reg:pseudohubererror", identity, each<identity>},
    {"reg:absoluteerror", identity, each<identity>},
    {"reg:quantileerror", identity, each<identity>},
    {"reg:logistic", logit, each<sigmoid>},
    {"reg:gamma", logarithm, each<exponential>},
    {"reg:tweedie", logarithm, each<exponential>},
    {"count:poisson", logarithm, each<exponential>},
    {"binary:logistic", logit, each<sigmoid>},
    {"binary:logitraw", identity, each<identity>},
    {"binary:hinge", identity, each<step>},
    {"multi:softprob", identity, softmax},
    {"multi:softmax", identity, pick_class, true},
    {"rank:pairwise", identity, each<identity>},
    {"rank:ndcg", identity, each<identity>},
    {"rank:map", identity, each<identity>},
    {"survival:cox", logarithm, each<exponential>},
    {"survival:aft", logarithm, each<wide_exponential>},
});

}  // namespace

const Objective* find_objective(std::string_view name) {
  const auto found = std::ranges::find(objectives, name, &Objective::name);
  return found == objectives.end() ? nullptr : &*found;
}

}  // namespace millrace::learn::xgboost
