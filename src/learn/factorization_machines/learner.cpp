#include "learn/factorization_machines/learner.hpp"

#include "learn/draw.hpp"

#include <algorithm>
#include <cmath>

namespace millrace::learn::factorization_machines {
namespace {

// What a thread takes at a time: it depends on nothing else, nor does the result.
constexpr std::size_t rows_a_part = 64;
constexpr std::size_t features_a_part = 128;
constexpr std::size_t numbers_a_draw = std::size_t{1} << 16;

// A seed of its own for each part of each term.
std::uint64_t part_seed(std::uint64_t seed, std::uint64_t term, std::uint64_t part) {
  Draw draw(seed * 3 + term);
  return draw.next() + part;
}

float drawn(const Start& start, Draw& draw) {
  if (start.method == StartMethod::constant) return static_cast<float>(start.size);
  const double chance =
      start.method == StartMethod::uniform ? 2 * draw.uniform() - 1 : draw.normal();
  return static_cast<float>(start.size * chance);
}

void fill(std::span<float> weights, const Start& start, std::uint64_t seed, std::uint64_t term,
          Parallel& parallel) {
  const std::size_t parts = (weights.size() + numbers_a_draw - 1) / numbers_a_draw;
  parallel.run(parts, [&](std::size_t part) {
    Draw draw(part_seed(seed, term, part));
    const std::size_t first = part * numbers_a_draw;
    for (float& weight : weights.subspan(first, std::min(numbers_a_draw, weights.size() - first)))
      weight = drawn(start, draw);
  });
}

// How far ahead memory is asked for: rows of a batch, features of a batch.
constexpr std::size_t rows_ahead = 1;
constexpr std::size_t features_ahead = 4;

// The weights of a feature lie anywhere; to wait for them would cost more than to use them.
void fetch(std::span<const float> numbers) {
  constexpr std::size_t line = 64 / sizeof(float);
  for (std::size_t i = 0; i < numbers.size(); i += line) __builtin_prefetch(&numbers[i]);
}

// work(first, last) for runs of `size` things.
template <class Work>
void run_parts(Parallel& parallel, std::size_t count, std::size_t size, const Work& work) {
  parallel.run((count + size - 1) / size,
               [&](std::size_t part) { work(part * size, std::min(count, (part + 1) * size)); });
}

}  // namespace

Machine first_machine(const Settings& settings, Parallel& parallel) {
  Machine machine{.features = settings.feature_dim,
                  .factors = settings.factors,
                  .linear = std::vector<float>(settings.feature_dim),
                  .factor = std::vector<float>(settings.feature_dim * settings.factors)};
  fill({&machine.bias, 1}, settings.bias.start, settings.seed, 0, parallel);
  fill(machine.linear, settings.linear.start, settings.seed, 1, parallel);
  fill(machine.factor, settings.factor.start, settings.seed, 2, parallel);
  return machine;
}

Learner::Learner(const table::Matrix& rows, std::span<const float> labels, const Settings& settings,
                 Parallel& parallel)
    : rows_(rows),
      labels_(labels),
      settings_(settings),
      parallel_(parallel),
      kernels_(kernels()),
      machine_(first_machine(settings, parallel)) {
  const auto zeros = [](std::size_t count) {
    return Moments{std::vector<float>(count), std::vector<float>(count)};
  };
  bias_ = zeros(1);
  linear_ = zeros(machine_.linear.size());
  factor_ = zeros(machine_.factor.size());
  const std::size_t most = std::min(settings.mini_batch_size, rows.rows);
  sums_.resize(most * settings.factors);
  scores_.resize(most);
  slopes_.resize(most);
}

std::span<const float> Learner::step(const Batch& batch) {
  ++steps_;
  linear_step_ = adam_of(settings_.linear, batch.count);
  factor_step_ = adam_of(settings_.factor, batch.count);
  run_parts(parallel_, batch.count, rows_a_part,
            [&](std::size_t first, std::size_t last) { score_rows(batch, first, last); });
  move_bias(batch);
  run_parts(parallel_, batch.features.size(), features_a_part,
            [&](std::size_t first, std::size_t last) { move_features(batch, first, last); });
  return std::span(scores_).first(batch.count);
}

// For both losses the derivative is the prediction less the label.
void Learner::score_rows(const Batch& batch, std::size_t first, std::size_t last) {
  for (std::size_t row = first; row < last; ++row) {
    if (row + rows_ahead < last) fetch_row(batch.first_row + row + rows_ahead);
    const std::span<float> sums =
        std::span(sums_).subspan(row * settings_.factors, settings_.factors);
    scores_[row] = raw_score(machine_, entries_of(rows_, batch.first_row + row), sums, kernels_);
    slopes_[row] = score_of(settings_.predictor, scores_[row]) - labels_[batch.first_row + row];
  }
}

void Learner::fetch_row(std::size_t row) const {
  for (const std::uint32_t feature : entries_of(rows_, row).features) {
    fetch(std::span(machine_.linear).subspan(feature, 1));
    fetch(factors_of(machine_.factor, feature));
  }
}

void Learner::fetch_feature(std::uint32_t feature) const {
  for (const auto* const numbers : {&machine_.linear, &linear_.means, &linear_.squares})
    fetch(std::span(*numbers).subspan(feature, 1));
  for (const auto* const numbers : {&machine_.factor, &factor_.means, &factor_.squares})
    fetch(factors_of(*numbers, feature));
}

AdamStep Learner::adam_of(const TermSettings& term, std::size_t rows) const {
  AdamStep step{.rescale = settings_.rescale.value_or(1 / static_cast<float>(rows)),
                .decay = term.decay,
                .clip = settings_.clip,
                .rate = 0,
                .epsilon = settings_.epsilon};
  const auto steps = static_cast<double>(steps_);
  const double means = 1 - std::pow(static_cast<double>(step.mean_decay), steps);
  const double squares = 1 - std::pow(static_cast<double>(step.square_decay), steps);
  step.rate = static_cast<float>(static_cast<double>(term.rate) * std::sqrt(squares) / means);
  return step;
}

void Learner::move_bias(const Batch& batch) {
  double sum = 0;
  for (const float slope : std::span(slopes_).first(batch.count)) sum += static_cast<double>(slope);
  const auto gradient = static_cast<float>(sum);
  kernels_.adam_step(adam_of(settings_.bias, batch.count),
                     {&gradient, &machine_.bias, bias_.means.data(), bias_.squares.data(), 1});
}

void Learner::move_features(const Batch& batch, std::size_t first, std::size_t last) {
  std::vector<float> coefficients;
  std::vector<float> gradient(settings_.factors);
  for (std::size_t place = first; place < last; ++place) {
    if (place + features_ahead < last) fetch_feature(batch.features[place + features_ahead]);
    move_feature(batch, place, coefficients, gradient);
  }
}

// With s the rows' slopes: the derivative by w_i is the sum of s x_i, that by v_if the sum of s x_i
// (sums_f - v_if x_i). Its second part is a multiple of v_i, as weight decay is.
void Learner::move_feature(const Batch& batch, std::size_t place, std::vector<float>& coefficients,
                           std::span<float> gradient) {
  const std::size_t first = batch.offsets[place];
  const std::size_t count = batch.offsets[place + 1] - first;
  coefficients.resize(count);
  float sum = 0;
  float squares = 0;
  for (std::size_t i = 0; i < count; ++i) {
    coefficients[i] = slopes_[batch.rows[first + i]] * batch.values[first + i];
    sum += coefficients[i];
    squares += coefficients[i] * batch.values[first + i];
  }
  const std::size_t feature = batch.features[place];
  const std::size_t at = feature * settings_.factors;
  kernels_.adam_step(linear_step_, {&sum, &machine_.linear[feature], &linear_.means[feature],
                                    &linear_.squares[feature], 1});
  kernels_.sum_rows({.rows = batch.rows.data() + first,
                     .weights = coefficients.data(),
                     .count = count,
                     .matrix = sums_.data(),
                     .width = settings_.factors},
                    gradient.data());
  AdamStep step = factor_step_;
  step.decay -= step.rescale * squares;
  kernels_.adam_step(step, {gradient.data(), &machine_.factor[at], &factor_.means[at],
                            &factor_.squares[at], settings_.factors});
}

}  // namespace millrace::learn::factorization_machines
