// The source of the nets' inner loops, on the vectors of variant.hpp, which alone includes it: see
// there what may stand here.
#pragma once

#include "learn/kernels/net.hpp"
#include "learn/kernels/vectors.hpp"

namespace millrace::learn {
namespace {

using FourFloats [[gnu::vector_size(16), gnu::aligned(4)]] = float;

// A vector's halves added until four lanes are left.
template <class V>
inline FourFloats fold_lanes(typename V::Floats values) {
  if constexpr (V::lanes == 4) {
    return values;
  } else if constexpr (V::lanes == 8) {
    const FourFloats low = __builtin_shufflevector(values, values, 0, 1, 2, 3);
    const FourFloats high = __builtin_shufflevector(values, values, 4, 5, 6, 7);
    return low + high;
  } else {
    using Half = Vectors<32>;
    const typename Half::Floats low =
        __builtin_shufflevector(values, values, 0, 1, 2, 3, 4, 5, 6, 7);
    const typename Half::Floats high =
        __builtin_shufflevector(values, values, 8, 9, 10, 11, 12, 13, 14, 15);
    return fold_lanes<Half>(low + high);
  }
}

// The sums of the lanes of four vectors.
inline FourFloats sums_of(FourFloats a, FourFloats b, FourFloats c, FourFloats d) {
  const FourFloats ab =
      __builtin_shufflevector(a, b, 0, 4, 1, 5) + __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const FourFloats cd =
      __builtin_shufflevector(c, d, 0, 4, 1, 5) + __builtin_shufflevector(c, d, 2, 6, 3, 7);
  return __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
}

// Some inputs times four outputs; where fewer are left the last one stands in.
template <class V, std::size_t Inputs>
inline void multiply_net_tile(const NetTask& task, std::size_t input, std::size_t output) {
  typename V::Floats sums[Inputs][4] = {};
  const float* outputs[4];
  for (std::size_t o = 0; o < 4; ++o) {
    const std::size_t last = task.output_count - 1;
    outputs[o] = task.outputs[output + o < last ? output + o : last];
  }
  for (std::size_t column = 0; column < task.columns; column += V::lanes) {
    for (std::size_t i = 0; i < Inputs; ++i) {
      const auto values = load<V>(task.inputs[input + i] + column);
      for (std::size_t o = 0; o < 4; ++o) sums[i][o] += values * load<V>(outputs[o] + column);
    }
  }
  for (std::size_t i = 0; i < Inputs; ++i) {
    float* const to = task.products + (input + i) * task.product_stride + output;
    *reinterpret_cast<FourFloats*>(to) =
        sums_of(fold_lanes<V>(sums[i][0]), fold_lanes<V>(sums[i][1]), fold_lanes<V>(sums[i][2]),
                fold_lanes<V>(sums[i][3]));
  }
}

template <class V>
void multiply_net(const NetTask& task) {
  for (std::size_t output = 0; output < task.output_count; output += 4) {
    std::size_t input = 0;
    for (; input + 2 <= task.input_count; input += 2) multiply_net_tile<V, 2>(task, input, output);
    for (; input < task.input_count; ++input) multiply_net_tile<V, 1>(task, input, output);
  }
}

template <class V>
void logistic_slopes(const NetTask& task, float rate) {
  for (std::size_t i = 0; i < task.input_count; ++i) {
    float* const row = task.products + i * task.product_stride;
    for (std::size_t o = 0; o < task.output_count; o += V::lanes) {
      const auto values = load<V>(row + o);
      store<V>(row + o, -rate / (1.0F + exponential<V>(-values)));
    }
    row[0] += rate;
  }
}

template <class V>
inline float lane_sum(typename V::Floats values) {
  const FourFloats sums = fold_lanes<V>(values);
  return (sums[0] + sums[2]) + (sums[1] + sums[3]);
}

template <class V>
void softmax(float* values, std::size_t count) {
  float most = values[0];
  for (std::size_t i = 1; i < count; ++i) most = values[i] > most ? values[i] : most;
  typename V::Floats sums = {};
  for (std::size_t i = count; i % V::lanes != 0; ++i) values[i] = most - 1e4F;
  for (std::size_t i = 0; i < count; i += V::lanes) {
    const auto powers = exponential<V>(load<V>(values + i) - most);
    store<V>(values + i, powers);
    sums += powers;
  }
  const float part = 1 / lane_sum<V>(sums);
  for (std::size_t i = 0; i < count; i += V::lanes)
    store<V>(values + i, load<V>(values + i) * part);
}

template <class V, std::size_t Outputs>
inline void descend_tile(const NetTask& task, std::size_t first) {
  for (std::size_t column = 0; column < task.columns; column += V::lanes) {
    typename V::Floats outputs[Outputs];
    typename V::Floats changes[Outputs] = {};
    for (std::size_t o = 0; o < Outputs; ++o)
      outputs[o] = load<V>(task.outputs[first + o] + column);
    for (std::size_t i = 0; i < task.input_count; ++i) {
      const auto input = load<V>(task.inputs[i] + column);
      const float* const slopes = task.products + i * task.product_stride + first;
      float* const to = task.input_changes + i * task.columns + column;
      typename V::Floats sum = {};
      if (first > 0) sum = load<V>(to);
      for (std::size_t o = 0; o < Outputs; ++o) {
        sum += outputs[o] * slopes[o];
        changes[o] += input * slopes[o];
      }
      store<V>(to, sum);
    }
    // Read again, as a row may be among the outputs twice.
    for (std::size_t o = 0; o < Outputs; ++o) {
      float* const to = task.outputs[first + o] + column;
      store<V>(to, load<V>(to) + changes[o]);
    }
  }
}

template <class V>
void descend(const NetTask& task) {
  std::size_t output = 0;
  if constexpr (V::lanes == 16) {
    for (; output + 8 <= task.output_count; output += 8) descend_tile<V, 8>(task, output);
  }
  for (; output + 4 <= task.output_count; output += 4) descend_tile<V, 4>(task, output);
  for (; output + 2 <= task.output_count; output += 2) descend_tile<V, 2>(task, output);
  if (output < task.output_count) descend_tile<V, 1>(task, output);
}

template <class V>
void mean(const float* const* rows, std::size_t count, std::size_t columns, float* out) {
  const float part = 1 / static_cast<float>(count);
  for (std::size_t column = 0; column < columns; column += V::lanes) {
    typename V::Floats sums = {};
    for (std::size_t row = 0; row < count; ++row) sums += load<V>(rows[row] + column);
    store<V>(out + column, sums * part);
  }
}

template <class V>
void add_to_rows(float* const* rows, std::size_t count, std::size_t columns, const float* changes,
                 std::size_t stride, float factor) {
  for (std::size_t row = 0; row < count; ++row) {
    float* const to = rows[row];
    const float* const change = changes + row * stride;
    for (std::size_t column = 0; column < columns; column += V::lanes)
      store<V>(to + column, load<V>(to + column) + load<V>(change + column) * factor);
  }
}

template <class V>
constexpr NetKernels make_net_kernels() {
  return {.products = multiply_net<V>,
          .logistic_slopes = logistic_slopes<V>,
          .softmax = softmax<V>,
          .descend = descend<V>,
          .mean = mean<V>,
          .add_to_rows = add_to_rows<V>};
}

}  // namespace
}  // namespace millrace::learn
