// The loops of linear models for one kind of processor; see variant.hpp for what may stand here.
#pragma once

#include "learn/kernels/linear.hpp"
#include "learn/kernels/vectors.hpp"

namespace millrace::learn {
namespace {

inline bool is_dense(const LinearRows& rows) { return rows.offsets == nullptr; }

template <class V, std::size_t Rows>
inline void score_dense_rows(const LinearScores& task, std::size_t row) {
  using Floats = typename V::Floats;
  const std::size_t columns = task.rows.columns;
  const float* const values = task.rows.values + (task.rows.first + row) * columns;
  for (std::size_t output = 0; output < task.outputs; ++output) {
    Floats sums[Rows];
    for (std::size_t i = 0; i < Rows; ++i) sums[i] = load<V>(task.biases + output * V::lanes);
    const float* weights = task.weights + output * V::lanes;
    for (std::size_t column = 0; column < columns; ++column) {
      const Floats weight = load<V>(weights);
      for (std::size_t i = 0; i < Rows; ++i) sums[i] += weight * values[i * columns + column];
      weights += task.outputs * V::lanes;
    }
    for (std::size_t i = 0; i < Rows; ++i)
      store<V>(task.scores + ((row + i) * task.outputs + output) * V::lanes, sums[i]);
  }
}

template <class V>
inline void score_sparse_row(const LinearScores& task, std::size_t row) {
  const LinearRows& rows = task.rows;
  float* const scores = task.scores + row * task.outputs * V::lanes;
  for (std::size_t output = 0; output < task.outputs; ++output) {
    auto sum = load<V>(task.biases + output * V::lanes);
    for (std::uint64_t i = rows.offsets[rows.first + row]; i < rows.offsets[rows.first + row + 1];
         ++i) {
      sum += load<V>(task.weights + (rows.indices[i] * task.outputs + output) * V::lanes) *
             rows.values[i];
    }
    store<V>(scores + output * V::lanes, sum);
  }
}

// The memory is asked early for rows that come soon.
inline void prefetch_rows(const LinearRows& rows, std::size_t row, std::size_t count) {
  constexpr std::size_t ahead = 64;
  constexpr std::size_t line = 64 / sizeof(float);
  const float* const values = rows.values + (rows.first + row + ahead) * rows.columns;
  for (std::size_t at = 0; at < count * rows.columns; at += line) __builtin_prefetch(values + at);
}

template <class V>
void linear_scores(const LinearScores& task) {
  constexpr std::size_t together = V::lanes == 16 ? 16 : 8;
  std::size_t row = 0;
  if (is_dense(task.rows)) {
    for (; row + together <= task.rows.count; row += together) {
      prefetch_rows(task.rows, row, together);
      score_dense_rows<V, together>(task, row);
    }
    for (; row < task.rows.count; ++row) score_dense_rows<V, 1>(task, row);
    return;
  }
  for (; row < task.rows.count; ++row) score_sparse_row<V>(task, row);
}

template <class V, std::size_t Columns>
inline void add_dense_gradients(const LinearGradients& task, std::size_t column,
                                std::size_t output) {
  using Floats = typename V::Floats;
  const LinearRows& rows = task.rows;
  const std::size_t step = task.outputs * V::lanes;
  float* const gradients = task.gradients + column * step + output * V::lanes;
  Floats sums[Columns];
  for (std::size_t i = 0; i < Columns; ++i) sums[i] = load<V>(gradients + i * step);
  const float* values = rows.values + rows.first * rows.columns + column;
  const float* slopes = task.slopes + output * V::lanes;
  for (std::size_t row = 0; row < rows.count; ++row) {
    const Floats slope = load<V>(slopes);
    for (std::size_t i = 0; i < Columns; ++i) sums[i] += slope * values[i];
    values += rows.columns;
    slopes += step;
  }
  for (std::size_t i = 0; i < Columns; ++i) store<V>(gradients + i * step, sums[i]);
}

// As many columns at once as there are registers for, for as long as there are so many.
template <class V, std::size_t Columns>
inline void add_column_gradients(const LinearGradients& task, std::size_t output,
                                 std::size_t& column) {
  for (; column + Columns <= task.rows.columns; column += Columns)
    add_dense_gradients<V, Columns>(task, column, output);
}

template <class V>
inline void add_sparse_gradients(const LinearGradients& task) {
  const LinearRows& rows = task.rows;
  for (std::size_t row = 0; row < rows.count; ++row) {
    const float* const slopes = task.slopes + row * task.outputs * V::lanes;
    for (std::uint64_t i = rows.offsets[rows.first + row]; i < rows.offsets[rows.first + row + 1];
         ++i) {
      float* const gradients = task.gradients + rows.indices[i] * task.outputs * V::lanes;
      for (std::size_t at = 0; at < task.outputs * V::lanes; at += V::lanes)
        store<V>(gradients + at, load<V>(gradients + at) + load<V>(slopes + at) * rows.values[i]);
    }
  }
}

template <class V>
inline void add_bias_gradients(const LinearGradients& task) {
  const std::size_t step = task.outputs * V::lanes;
  for (std::size_t at = 0; at < step; at += V::lanes) {
    typename V::Floats even = {}, odd = {};
    const float* slopes = task.slopes + at;
    std::size_t row = 0;
    for (; row + 2 <= task.rows.count; row += 2, slopes += 2 * step) {
      even += load<V>(slopes);
      odd += load<V>(slopes + step);
    }
    if (row < task.rows.count) even += load<V>(slopes);
    store<V>(task.bias_gradients + at, load<V>(task.bias_gradients + at) + even + odd);
  }
}

template <class V>
void linear_gradients(const LinearGradients& task) {
  if (task.bias_gradients) add_bias_gradients<V>(task);
  if (!is_dense(task.rows)) return add_sparse_gradients<V>(task);
  for (std::size_t output = 0; output < task.outputs; ++output) {
    std::size_t column = 0;
    if constexpr (V::lanes == 16) {
      add_column_gradients<V, 16>(task, output, column);
      add_column_gradients<V, 12>(task, output, column);
    }
    add_column_gradients<V, 8>(task, output, column);
    add_column_gradients<V, 4>(task, output, column);
    add_column_gradients<V, 1>(task, output, column);
  }
}

template <class V>
inline typename V::Floats all(float value) {
  return typename V::Floats{} + value;
}

template <class V>
inline typename V::Floats larger(typename V::Floats a, typename V::Floats b) {
  return a > b ? a : b;
}

// -|x|
template <class V>
inline typename V::Floats negative(typename V::Floats x) {
  constexpr std::int32_t sign = INT32_MIN;
  return (typename V::Floats)((typename V::Integers)x | sign);
}

// The natural logarithm of normal numbers above 0, by the Cephes library's polynomial.
template <class V>
inline typename V::Floats logarithm(typename V::Floats x) {
  using Floats = typename V::Floats;
  using Integers = typename V::Integers;
  const Integers bits = (Integers)x;
  Integers exponent = (bits >> 23) - 127;
  Floats part = (Floats)((bits & 0x7fffff) | 0x3f800000);
  const Integers above = part > 1.41421356F;  // -1 where it is
  part = above ? part * 0.5F : part;
  exponent -= above;
  const Floats whole = __builtin_convertvector(exponent, Floats);
  const Floats rest = part - 1.0F;
  const Floats square = rest * rest;
  Floats sum = rest * 7.0376836292e-2F - 1.1514610310e-1F;
  sum = sum * rest + 1.1676998740e-1F;
  sum = sum * rest - 1.2420140846e-1F;
  sum = sum * rest + 1.4249322787e-1F;
  sum = sum * rest - 1.6668057665e-1F;
  sum = sum * rest + 2.0000714765e-1F;
  sum = sum * rest - 2.4999993993e-1F;
  sum = sum * rest + 3.3333331174e-1F;
  sum = sum * rest * square - whole * 2.12194440e-4F - square * 0.5F;
  return rest + sum + whole * 0.693359375F;
}

// What an error (the score less the label) loses, and the slope of that.
template <class V, LinearLossKind Kind>
inline typename V::Floats lose(typename V::Floats error, float bound, typename V::Floats& slope) {
  using Floats = typename V::Floats;
  using enum LinearLossKind;
  const Floats size = error < 0.0F ? -error : error;
  const Floats zero = {};
  const Floats sign = error > 0.0F ? all<V>(1.0F) : (error < 0.0F ? all<V>(-1.0F) : zero);
  if constexpr (Kind == squared) {
    slope = error * 2.0F;
    return error * error;
  } else if constexpr (Kind == absolute) {
    slope = sign;
    return size;
  } else if constexpr (Kind == insensitive_squared) {
    const Floats beyond = larger<V>(size - bound, zero);
    slope = sign * beyond * 2.0F;
    return beyond * beyond;
  } else if constexpr (Kind == insensitive_absolute) {
    slope = size > bound ? sign : zero;
    return larger<V>(size - bound, zero);
  } else if constexpr (Kind == quantile) {
    slope = error > 0.0F ? all<V>(1.0F - bound) : (error < 0.0F ? all<V>(-bound) : zero);
    return slope * error;
  } else {
    static_assert(Kind == huber);
    slope = size > bound ? sign * bound : error;
    return size > bound ? (size - 0.5F * bound) * bound : error * error * 0.5F;
  }
}

template <class V, LinearLossKind Kind>
void lose_by_error(const LinearLosses& task) {
  auto sum = load<V>(task.losses);
  for (std::size_t row = 0; row < task.rows; ++row) {
    float* const scores = task.scores + row * V::lanes;
    typename V::Floats slope;
    sum += lose<V, Kind>(load<V>(scores) - task.labels[row], task.bound, slope);
    store<V>(scores, slope);
  }
  store<V>(task.losses, sum);
}

// Over some rows: the product of all 1 + e^-|score|, 2 at most each, whose logarithm is what they
// lose besides the linear part.
template <class V>
struct LogisticSums {
  typename V::Floats product = typename V::Floats{} + 1.0F;
  typename V::Floats linear = {};
};

// 1 / x of each: one division is dearer than three products.
template <class V, std::size_t Rows>
inline void invert(typename V::Floats (&x)[Rows]) {
  static_assert(Rows <= 2);
  if constexpr (Rows == 1) {
    x[0] = 1.0F / x[0];
  } else {
    const auto both = 1.0F / (x[0] * x[1]);
    const auto first = x[1] * both;
    x[1] = x[0] * both;
    x[0] = first;
  }
}

// Labels enter as factors: a branch for each row would be guessed wrong too often.
template <class V, std::size_t Rows>
inline void lose_logistic_rows(const LinearLosses& task, std::size_t row, LogisticSums<V>& sums,
                               LogisticSums<V>* of_positives) {
  using Floats = typename V::Floats;
  const Floats least = all<V>(-87);
  const Floats zero = {};
  Floats small[Rows], sure[Rows];
  for (std::size_t i = 0; i < Rows; ++i) {
    const Floats below = negative<V>(load<V>(task.scores + (row + i) * V::lanes));
    small[i] = exponential_within<V>(larger<V>(least, below));
    sure[i] = small[i] + 1.0F;
  }
  for (std::size_t i = 0; i < Rows; ++i) {
    const float positive = task.labels[row + i];
    const Floats wrong = load<V>(task.scores + (row + i) * V::lanes) * (1.0F - 2.0F * positive);
    if (of_positives) {
      of_positives->product *= small[i] * positive + 1.0F;
      of_positives->linear += larger<V>(wrong, zero) * positive;
      sums.product *= small[i] * (1.0F - positive) + 1.0F;
      sums.linear += larger<V>(wrong, zero) * (1.0F - positive);
    } else {
      sums.product *= sure[i];
      sums.linear += larger<V>(wrong, zero);
    }
  }
  invert<V>(sure);
  for (std::size_t i = 0; i < Rows; ++i) {
    float* const scores = task.scores + (row + i) * V::lanes;
    const float positive = task.labels[row + i];
    Floats slope = (load<V>(scores) < 0.0F ? small[i] * sure[i] : sure[i]) - positive;
    if (of_positives) slope *= (load<V>(task.positive_weights) - 1.0F) * positive + 1.0F;
    store<V>(scores, slope);
  }
}

template <class V>
inline typename V::Floats lost(const LogisticSums<V>& sums) {
  return logarithm<V>(sums.product) + sums.linear;
}

template <class V>
inline bool has_weights(const LinearLosses& task) {
  bool found = false;
  for (std::size_t lane = 0; lane < V::lanes; ++lane) found |= task.positive_weights[lane] != 1.0F;
  return found;
}

template <class V, bool Weighted>
void lose_logistic(const LinearLosses& task) {
  LogisticSums<V> sums;
  [[maybe_unused]] LogisticSums<V> positive_sums;
  LogisticSums<V>* const of_positives = Weighted ? &positive_sums : nullptr;
  std::size_t row = 0;
  for (; row + 2 <= task.rows; row += 2) lose_logistic_rows<V, 2>(task, row, sums, of_positives);
  if (row < task.rows) lose_logistic_rows<V, 1>(task, row, sums, of_positives);
  auto losses = load<V>(task.losses) + lost<V>(sums);
  if constexpr (Weighted) losses += lost<V>(positive_sums) * load<V>(task.positive_weights);
  store<V>(task.losses, losses);
}

template <class V>
void lose_hinge(const LinearLosses& task) {
  using Floats = typename V::Floats;
  const Floats positive_weight = load<V>(task.positive_weights);
  const Floats zero = {};
  Floats sum = load<V>(task.losses);
  for (std::size_t row = 0; row < task.rows; ++row) {
    float* const scores = task.scores + row * V::lanes;
    const bool positive = task.labels[row] > 0.5F;
    const Floats weight = positive ? positive_weight : all<V>(1.0F);
    const float sign = positive ? 1.0F : -1.0F;
    const Floats missing = task.bound - load<V>(scores) * sign;
    sum += larger<V>(missing, zero) * weight;
    store<V>(scores, missing > 0.0F ? weight * -sign : zero);
  }
  store<V>(task.losses, sum);
}

template <class V>
void lose_softmax(const LinearLosses& task) {
  using Floats = typename V::Floats;
  Floats sum = load<V>(task.losses);
  for (std::size_t row = 0; row < task.rows; ++row) {
    float* const scores = task.scores + row * task.outputs * V::lanes;
    const auto label = static_cast<std::size_t>(task.labels[row]);
    const float weight = task.class_weights ? task.class_weights[label] : 1.0F;
    const Floats right = load<V>(scores + label * V::lanes);
    Floats largest = load<V>(scores);
    for (std::size_t output = 1; output < task.outputs; ++output)
      largest = larger<V>(largest, load<V>(scores + output * V::lanes));
    Floats total = {};
    for (std::size_t output = 0; output < task.outputs; ++output) {
      const Floats share = exponential<V>(load<V>(scores + output * V::lanes) - largest);
      store<V>(scores + output * V::lanes, share);
      total += share;
    }
    sum += (logarithm<V>(total) + largest - right) * weight;
    const Floats factor = weight / total;
    for (std::size_t output = 0; output < task.outputs; ++output)
      store<V>(scores + output * V::lanes, load<V>(scores + output * V::lanes) * factor);
    store<V>(scores + label * V::lanes, load<V>(scores + label * V::lanes) - weight);
  }
  store<V>(task.losses, sum);
}

template <class V>
void linear_losses(const LinearLosses& task) {
  using enum LinearLossKind;
  switch (task.kind) {
    case squared:
      return lose_by_error<V, squared>(task);
    case absolute:
      return lose_by_error<V, absolute>(task);
    case insensitive_squared:
      return lose_by_error<V, insensitive_squared>(task);
    case insensitive_absolute:
      return lose_by_error<V, insensitive_absolute>(task);
    case quantile:
      return lose_by_error<V, quantile>(task);
    case huber:
      return lose_by_error<V, huber>(task);
    case logistic:
      return has_weights<V>(task) ? lose_logistic<V, true>(task) : lose_logistic<V, false>(task);
    case hinge:
      return lose_hinge<V>(task);
    case softmax:
      return lose_softmax<V>(task);
  }
}

// How far a weight moves for a unit of its gradient, and the (smoothed) gradient itself.
template <LinearOptimizer Optimizer>
inline float direction(const LinearUpdate& task, std::size_t at, float gradient, float rate,
                       float& step) {
  constexpr float least = 1e-8F;
  if constexpr (Optimizer == LinearOptimizer::sgd) {
    task.first[at] = task.first_decay * task.first[at] + gradient;
    step = rate;
    return task.first[at];
  } else if constexpr (Optimizer == LinearOptimizer::adam) {
    const float mean = task.first_decay * task.first[at] + (1 - task.first_decay) * gradient;
    const float square =
        task.second_decay * task.second[at] + (1 - task.second_decay) * gradient * gradient;
    task.first[at] = mean;
    task.second[at] = square;
    step = rate / (__builtin_sqrtf(square * task.second_weight) + least);
    return mean * task.first_weight;
  } else {
    const float square =
        task.second_decay * task.second[at] + (1 - task.second_decay) * gradient * gradient;
    task.second[at] = square;
    step = rate / __builtin_sqrtf(square + least);
    return gradient;
  }
}

// The L1 term is taken by its proximal step, which leaves exact zeros.
template <class V, LinearOptimizer Optimizer>
void update_by(const LinearUpdate& task) {
  for (std::size_t i = 0; i < task.count; ++i) {
#pragma GCC ivdep
    for (std::size_t lane = 0; lane < V::lanes; ++lane) {
      const std::size_t at = i * V::lanes + lane;
      const float weight = task.weights[at];
      const float gradient = task.gradients[at] * task.scale + task.weight_decays[lane] * weight;
      float step = 0;
      const float moved = direction<Optimizer>(task, at, gradient, task.rates[lane], step);
      const float next = weight - step * moved;
      const float shrink = step * task.l1[lane];
      task.weights[at] = next - (next > shrink ? shrink : (next < -shrink ? -shrink : next));
      task.gradients[at] = 0;
    }
  }
}

template <class V>
void linear_update(const LinearUpdate& task) {
  switch (task.optimizer) {
    case LinearOptimizer::sgd:
      return update_by<V, LinearOptimizer::sgd>(task);
    case LinearOptimizer::adam:
      return update_by<V, LinearOptimizer::adam>(task);
    case LinearOptimizer::rmsprop:
      return update_by<V, LinearOptimizer::rmsprop>(task);
  }
}

template <class V>
constexpr LinearKernels make_linear_kernels() {
  return {.lanes = V::lanes,
          .scores = linear_scores<V>,
          .gradients = linear_gradients<V>,
          .losses = linear_losses<V>,
          .update = linear_update<V>};
}

}  // namespace
}  // namespace millrace::learn
