// Sums of rows that are named by number, and the step that follows from a gradient: the inner loops
// of learners on sparse rows. Included by variant.hpp; the same holds here as there.
#pragma once

#include "learn/kernels/kernels.hpp"
#include "learn/kernels/vectors.hpp"

namespace millrace::learn {
namespace {

template <class V>
inline float total(const typename V::Floats& values) {
  float sum = 0;
  for (std::size_t lane = 0; lane < V::lanes; ++lane) sum += values[lane];
  return sum;
}

// `Count` vectors of the sums from `first` on stay in registers.
template <class V, std::size_t Count, bool Interacting>
inline float sum_vectors(const RowSum& task, std::size_t first, float* sums) {
  typename V::Floats sum[Count] = {};
  typename V::Floats squares[Count] = {};
  for (std::size_t i = 0; i < task.count; ++i) {
    const float* const row = task.matrix + std::size_t{task.rows[i]} * task.width + first;
    const float weight = task.weights[i];
    for (std::size_t n = 0; n < Count; ++n) {
      const auto term = load<V>(row + n * V::lanes) * weight;
      sum[n] += term;
      if constexpr (Interacting) squares[n] += term * term;
    }
  }
  typename V::Floats difference = {};
  for (std::size_t n = 0; n < Count; ++n) {
    store<V>(sums + first + n * V::lanes, sum[n]);
    difference += sum[n] * sum[n] - squares[n];
  }
  return Interacting ? total<V>(difference) : 0;
}

template <bool Interacting>
inline float sum_single(const RowSum& task, std::size_t first, float* sums) {
  float sum = 0;
  float squares = 0;
  for (std::size_t i = 0; i < task.count; ++i) {
    const float term =
        task.matrix[std::size_t{task.rows[i]} * task.width + first] * task.weights[i];
    sum += term;
    squares += term * term;
  }
  sums[first] = sum;
  return sum * sum - squares;
}

// What is left of a row after the widest vectors goes through narrower ones.
template <class V, bool Interacting>
inline float sum_from(const RowSum& task, std::size_t first, float* sums) {
  constexpr std::size_t together = 4;
  float difference = 0;
  for (; first + together * V::lanes <= task.width; first += together * V::lanes)
    difference += sum_vectors<V, together, Interacting>(task, first, sums);
  for (; first + V::lanes <= task.width; first += V::lanes)
    difference += sum_vectors<V, 1, Interacting>(task, first, sums);
  if constexpr (V::lanes > 4) {
    return difference + sum_from<Vectors<V::lanes * 2>, Interacting>(task, first, sums);
  } else {
    for (; first < task.width; ++first) difference += sum_single<Interacting>(task, first, sums);
    return difference;
  }
}

template <class V>
void sum_rows(const RowSum& task, float* sums) {
  static_cast<void>(sum_from<V, false>(task, 0, sums));
}

template <class V>
float sum_interacting_rows(const RowSum& task, float* sums) {
  return sum_from<V, true>(task, 0, sums) / 2;
}

// A plain loop: the compiler has the vectors' roots.
void adam_step(const AdamStep& step, const AdamWeights& at) {
  const AdamStep by = step;
  const float* const __restrict gradients = at.gradient;
  float* const __restrict weights = at.weights;
  float* const __restrict means = at.means;
  float* const __restrict squares = at.squares;
  for (std::size_t i = 0; i < at.count; ++i) {
    float gradient = by.rescale * gradients[i] + by.decay * weights[i];
    gradient = gradient > by.clip ? by.clip : gradient;
    gradient = gradient < -by.clip ? -by.clip : gradient;
    means[i] = by.mean_decay * means[i] + (1 - by.mean_decay) * gradient;
    squares[i] = by.square_decay * squares[i] + (1 - by.square_decay) * gradient * gradient;
    weights[i] -= by.rate * means[i] / (__builtin_sqrtf(squares[i]) + by.epsilon);
  }
}

}  // namespace
}  // namespace millrace::learn
