// The source of the topic models' inner loops, on the vectors of variant.hpp, which alone includes
// it: see there what may stand here.
#pragma once

#include "learn/kernels/mixture.hpp"
#include "learn/kernels/net_variant.hpp"
#include "learn/kernels/vectors.hpp"

namespace millrace::learn {
namespace {

inline FourFloats load_four(const float* from) {
  return *reinterpret_cast<const FourFloats*>(from);
}

inline void store_four(float* to, FourFloats values) {
  *reinterpret_cast<FourFloats*>(to) = values;
}

// Four rows of four become four columns, `stride` apart.
inline void turn_four(const FourFloats* rows, std::size_t stride, float* out) {
  const FourFloats low = __builtin_shufflevector(rows[0], rows[1], 0, 4, 1, 5);
  const FourFloats high = __builtin_shufflevector(rows[0], rows[1], 2, 6, 3, 7);
  const FourFloats next_low = __builtin_shufflevector(rows[2], rows[3], 0, 4, 1, 5);
  const FourFloats next_high = __builtin_shufflevector(rows[2], rows[3], 2, 6, 3, 7);
  store_four(out, __builtin_shufflevector(low, next_low, 0, 1, 4, 5));
  store_four(out + stride, __builtin_shufflevector(low, next_low, 2, 3, 6, 7));
  store_four(out + 2 * stride, __builtin_shufflevector(high, next_high, 0, 1, 4, 5));
  store_four(out + 3 * stride, __builtin_shufflevector(high, next_high, 2, 3, 6, 7));
}

template <class V>
void turn(const float* const* rows, std::size_t count, std::size_t columns, std::size_t stride,
          float* out) {
  for (std::size_t row = 0; row < stride; row += 4) {
    for (std::size_t column = 0; column < columns; column += 4) {
      FourFloats values[4] = {};
      for (std::size_t r = 0; r < 4; ++r) {
        if (row + r < count) values[r] = load_four(rows[row + r] + column);
      }
      turn_four(values, stride, out + column * stride + row);
    }
  }
}

// The probabilities and ratios of some vectors of words.
template <class V, std::size_t Count>
inline void divide_counts(const MixedWords& words, const float* weights, std::size_t first,
                          float* probabilities, float* ratios) {
  constexpr float smallest = 1e-30F;
  typename V::Floats sums[Count] = {};
  for (std::size_t topic = 0; topic < words.topics; ++topic) {
    const float* const column = words.columns + topic * words.stride + first;
    for (std::size_t n = 0; n < Count; ++n)
      sums[n] += load<V>(column + n * V::lanes) * weights[topic];
  }
  for (std::size_t n = 0; n < Count; ++n) {
    const std::size_t at = first + n * V::lanes;
    store<V>(probabilities + at, sums[n]);
    const auto divisor = sums[n] > smallest ? sums[n] : smallest - sums[n] * 0;
    store<V>(ratios + at, load<V>(words.counts + at) / divisor);
  }
}

// The sums of four topics at once; where fewer are left the last one stands in.
template <class V>
inline FourFloats sum_four(const MixedWords& words, std::size_t first, const float* ratios) {
  typename V::Floats sums[4] = {};
  const float* columns[4];
  for (std::size_t n = 0; n < 4; ++n) {
    const std::size_t topic = first + n < words.topics ? first + n : words.topics - 1;
    columns[n] = words.columns + topic * words.stride;
  }
  for (std::size_t word = 0; word < words.stride; word += V::lanes) {
    const auto ratio = load<V>(ratios + word);
    for (std::size_t n = 0; n < 4; ++n) sums[n] += load<V>(columns[n] + word) * ratio;
  }
  return sums_of(fold_lanes<V>(sums[0]), fold_lanes<V>(sums[1]), fold_lanes<V>(sums[2]),
                 fold_lanes<V>(sums[3]));
}

template <class V>
void explain(const MixedWords& words, const float* weights, float* probabilities, float* ratios,
             float* sums) {
  std::size_t word = 0;
  for (; word + 4 * V::lanes <= words.stride; word += 4 * V::lanes)
    divide_counts<V, 4>(words, weights, word, probabilities, ratios);
  for (; word + 2 * V::lanes <= words.stride; word += 2 * V::lanes)
    divide_counts<V, 2>(words, weights, word, probabilities, ratios);
  for (; word < words.stride; word += V::lanes)
    divide_counts<V, 1>(words, weights, word, probabilities, ratios);
  for (std::size_t topic = 0; topic < words.topics; topic += 4) {
    const FourFloats found = sum_four<V>(words, topic, ratios);
    for (std::size_t n = 0; n < 4 && topic + n < words.topics; ++n) sums[topic + n] = found[n];
  }
}

// digamma(x) = digamma(x + 4) - 1 / x - ... - 1 / (x + 3), and for y = x + 3.5
// exp(digamma(y + 1/2)) = y + 1 / (24 y) - 37 / (5760 y^3) + ...
template <class V>
void exp_digamma(float* values, std::size_t count) {
  for (std::size_t i = 0; i < count; i += V::lanes) {
    const auto x = load<V>(values + i);
    const auto y = x + 3.5F;
    const auto inverse = 1.0F / y;
    const auto square = inverse * inverse;
    const auto far =
        y + inverse * (4.1666667e-2F - square * (6.4236111e-3F - square * 3.5524829e-3F));
    const auto steps = 1.0F / x + 1.0F / (x + 1.0F) + 1.0F / (x + 2.0F) + 1.0F / (x + 3.0F);
    store<V>(values + i, far * exponential<V>(-steps));
  }
}

template <class V>
constexpr MixtureKernels make_mixture_kernels() {
  return {.turn = turn<V>, .explain = explain<V>, .exp_digamma = exp_digamma<V>};
}

}  // namespace
}  // namespace millrace::learn
