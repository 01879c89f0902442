#include "learn/linear_learner/group.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <cmath>

namespace millrace::learn::linear_learner {
namespace {

// Lanes without a model repeat the last one's.
template <class Number>
Lanes lanes_of(std::span<const Variant> variants, std::size_t lanes, const Number& number) {
  Lanes values;
  for (std::size_t lane = 0; lane < lanes; ++lane)
    values.push_back(static_cast<float>(number(variants[std::min(lane, variants.size() - 1)])));
  return values;
}

Lanes times(const Lanes& values, double factor) {
  Lanes products;
  for (const float value : values)
    products.push_back(static_cast<float>(static_cast<double>(value) * factor));
  return products;
}

// outputs times columns to columns times outputs times lanes
Lanes spread(const std::vector<float>& weights, std::size_t columns, std::size_t outputs,
             std::size_t lanes) {
  Lanes all(columns * outputs * lanes);
  for (std::size_t column = 0; column < columns; ++column) {
    for (std::size_t output = 0; output < outputs; ++output)
      std::fill_n(all.begin() + static_cast<std::ptrdiff_t>((column * outputs + output) * lanes),
                  lanes, weights[output * columns + column]);
  }
  return all;
}

}  // namespace

Group::Group(const GroupOptions& options, std::span<const Variant> variants, const Weights& start,
             const Kernels& kernels)
    : options_(options),
      kernels_(kernels),
      models_(variants.size()),
      weights_(spread(start.weights, options.columns, options.outputs, lanes())),
      gradients_(weights_.size()),
      means_(weights_.size()),
      squares_(weights_.size()),
      biases_(spread(start.biases, 1, options.outputs, lanes())),
      bias_gradients_(width()),
      bias_means_(width()),
      bias_squares_(width()),
      shifted_biases_(width()),
      rates_(lanes_of(variants, lanes(), [](const Variant& one) { return one.learning_rate; })),
      decays_(lanes_of(variants, lanes(), [](const Variant& one) { return one.weight_decay; })),
      l1_(lanes_of(variants, lanes(), [](const Variant& one) { return one.l1; })),
      positive_weights_(
          lanes_of(variants, lanes(), [](const Variant& one) { return one.positive_weight; })),
      bias_decays_(times(decays_, options.steps.bias_decay)),
      none_(lanes()),
      scores_(linear_rows * width()),
      block_losses_(lanes()),
      losses_(lanes()) {
  MILLRACE_ASSERT(!variants.empty() && variants.size() <= lanes());
  for (const float rate : rates_)
    least_rates_.push_back(std::min(rate, static_cast<float>(options.schedule.least)));
  bias_rates_ = times(rates_, options.steps.bias_rate);
}

// Rows that are shifted in thought only: w (x + s) + b is w x + (w s + b).
void Group::shift_biases(const Examples& examples) {
  if (examples.shift.empty()) {
    shifted_biases_ = biases_;
    return;
  }
  kernels_.linear.scores({.rows = LinearRows{.values = examples.shift.data(),
                                             .offsets = nullptr,
                                             .indices = nullptr,
                                             .columns = options_.columns,
                                             .first = 0,
                                             .count = 1},
                          .weights = weights_.data(),
                          .biases = biases_.data(),
                          .outputs = options_.outputs,
                          .scores = shifted_biases_.data()});
}

void Group::score(const LinearRows& rows) {
  kernels_.linear.scores({.rows = rows,
                          .weights = weights_.data(),
                          .biases = shifted_biases_.data(),
                          .outputs = options_.outputs,
                          .scores = scores_.data()});
}

void Group::lose(const float* labels, std::size_t rows, std::vector<double>& losses) {
  std::ranges::fill(block_losses_, 0.0F);
  kernels_.linear.losses(
      {.kind = options_.loss.kind,
       .bound = options_.loss.bound,
       .rows = rows,
       .outputs = options_.outputs,
       .labels = labels,
       .positive_weights = positive_weights_.data(),
       .class_weights = options_.class_weights.empty() ? nullptr : options_.class_weights.data(),
       .scores = scores_.data(),
       .losses = block_losses_.data()});
  for (std::size_t lane = 0; lane < lanes(); ++lane)
    losses[lane] += static_cast<double>(block_losses_[lane]);
}

void Group::add_block_gradients(const LinearRows& rows) {
  kernels_.linear.gradients({.rows = rows,
                             .slopes = scores_.data(),
                             .outputs = options_.outputs,
                             .gradients = gradients_.data(),
                             .bias_gradients = bias_gradients_.data()});
}

void Group::add_shifted_gradients(const Examples& examples) {
  if (examples.shift.empty()) return;
  kernels_.linear.gradients({.rows = LinearRows{.values = examples.shift.data(),
                                                .offsets = nullptr,
                                                .indices = nullptr,
                                                .columns = options_.columns,
                                                .first = 0,
                                                .count = 1},
                             .slopes = bias_gradients_.data(),
                             .outputs = options_.outputs,
                             .gradients = gradients_.data(),
                             .bias_gradients = nullptr});
}

void Group::learn(const Examples& examples, std::size_t first, std::size_t count) {
  shift_biases(examples);
  for (std::size_t at = 0; at < count; at += linear_rows) {
    const std::size_t some = std::min(linear_rows, count - at);
    const LinearRows rows = rows_of(examples, first + at, some);
    score(rows);
    lose(examples.labels.data() + first + at, some, losses_);
    add_block_gradients(rows);
  }
  add_shifted_gradients(examples);
  step(count);
}

void Group::step(std::size_t rows) {
  const bool adam = options_.steps.optimizer == LinearOptimizer::adam;
  constexpr float rmsprop_decay = 0.9F;
  first_power_ *= options_.steps.beta_1;
  second_power_ *= options_.steps.beta_2;
  LinearUpdate update{
      .optimizer = options_.steps.optimizer,
      .count = options_.columns * options_.outputs,
      .scale = static_cast<float>(1 / static_cast<double>(rows)),
      .weights = weights_.data(),
      .gradients = gradients_.data(),
      .first = means_.data(),
      .second = squares_.data(),
      .first_weight = static_cast<float>(1 / (1 - first_power_)),
      .second_weight = static_cast<float>(1 / (1 - second_power_)),
      .first_decay = static_cast<float>(adam ? options_.steps.beta_1 : options_.steps.momentum),
      .second_decay = adam ? static_cast<float>(options_.steps.beta_2) : rmsprop_decay,
      .rates = rates_.data(),
      .weight_decays = decays_.data(),
      .l1 = l1_.data()};
  kernels_.linear.update(update);
  if (options_.steps.use_bias) {
    update.count = options_.outputs;
    update.weights = biases_.data();
    update.gradients = bias_gradients_.data();
    update.first = bias_means_.data();
    update.second = bias_squares_.data();
    update.rates = bias_rates_.data();
    update.weight_decays = bias_decays_.data();
    update.l1 = none_.data();
    kernels_.linear.update(update);
  } else {
    std::ranges::fill(bias_gradients_, 0.0F);
  }
  shorten_steps();
}

void Group::shorten_steps() {
  ++steps_;
  if (steps_ % options_.schedule.step != 0) return;
  for (std::size_t lane = 0; lane < lanes(); ++lane) {
    const auto shorter = static_cast<double>(rates_[lane]) * options_.schedule.factor;
    rates_[lane] = std::max(static_cast<float>(shorter), least_rates_[lane]);
  }
  bias_rates_ = times(rates_, options_.steps.bias_rate);
}

std::vector<double> Group::take_losses() {
  std::vector<double> taken(losses_.begin(),
                            losses_.begin() + static_cast<std::ptrdiff_t>(models_));
  std::ranges::fill(losses_, 0.0);
  return taken;
}

std::vector<double> Group::evaluate(const Examples& examples, const TakeScores& take) {
  std::vector<double> losses(lanes());
  shift_biases(examples);
  for (std::size_t at = 0; at < examples.count(); at += linear_rows) {
    const std::size_t some = std::min(linear_rows, examples.count() - at);
    score(rows_of(examples, at, some));
    take(at, std::span(scores_).first(some * width()));
    lose(examples.labels.data() + at, some, losses);
  }
  losses.resize(models_);
  return losses;
}

// Sums of 32-bit floats are exact enough over some thousand rows.
std::vector<double> Group::add_gradients(const Examples& examples, std::size_t first,
                                         std::size_t count, std::span<double> gradients) {
  constexpr std::size_t exact_enough = 4096;
  std::vector<double> losses(lanes());
  shift_biases(examples);
  for (std::size_t at = 0; at < count; at += linear_rows) {
    const std::size_t some = std::min(linear_rows, count - at);
    const LinearRows rows = rows_of(examples, first + at, some);
    score(rows);
    lose(examples.labels.data() + first + at, some, losses);
    add_block_gradients(rows);
    if ((at + some) % exact_enough != 0 && at + some != count) continue;
    add_shifted_gradients(examples);
    move_gradients(gradients);
  }
  return losses;
}

void Group::move_gradients(std::span<double> to) {
  for (std::size_t i = 0; i < gradients_.size(); ++i) {
    to[i] += static_cast<double>(gradients_[i]);
    gradients_[i] = 0;
  }
  for (std::size_t i = 0; i < bias_gradients_.size(); ++i) {
    to[gradients_.size() + i] += static_cast<double>(bias_gradients_[i]);
    bias_gradients_[i] = 0;
  }
}

void Group::set_weights(std::span<const double> weights_and_biases) {
  for (std::size_t i = 0; i < weights_.size(); ++i)
    weights_[i] = static_cast<float>(weights_and_biases[i]);
  for (std::size_t i = 0; i < biases_.size(); ++i)
    biases_[i] = static_cast<float>(weights_and_biases[weights_.size() + i]);
}

Weights Group::weights_of(std::size_t model) const {
  Weights one{.weights = std::vector<float>(options_.outputs * options_.columns),
              .biases = std::vector<float>(options_.outputs)};
  for (std::size_t output = 0; output < options_.outputs; ++output) {
    one.biases[output] = biases_[output * lanes() + model];
    for (std::size_t column = 0; column < options_.columns; ++column)
      one.weights[output * options_.columns + column] =
          weights_[(column * options_.outputs + output) * lanes() + model];
  }
  return one;
}

}  // namespace millrace::learn::linear_learner
