// The inner loops of nets with one hidden layer, as word vectors and text classifiers are trained:
// rows of inputs against rows of outputs.
#pragma once

#include <cstddef>

namespace millrace::learn {

// Rows of nets have a multiple of so many numbers, the last ones 0 where they fill up.
inline constexpr std::size_t net_lanes = 16;

// Some rows of inputs and some of outputs, each `columns` long, a multiple of net_lanes.
struct NetTask {
  const float* const* inputs = nullptr;
  std::size_t input_count = 0;
  float* const* outputs = nullptr;
  std::size_t output_count = 0;
  std::size_t columns = 0;
  // For each input a place for each output, then some that have no meaning; `product_stride` from
  // an input to the next, a multiple of net_lanes.
  float* products = nullptr;
  std::size_t product_stride = 0;
  float* input_changes = nullptr;  // a row for each input
};

struct NetKernels {
  // products[i][o] = inputs[i] . outputs[o]
  void (*products)(const NetTask& task);
  // products become slopes: rate * ((o == 0) - 1 / (1 + exp(-product))); the first output is right.
  void (*logistic_slopes)(const NetTask& task, float rate);
  // Values become probabilities; behind them is room up to a multiple of net_lanes.
  void (*softmax)(float* values, std::size_t count);
  // products being slopes: input_changes[i] = sum over o of slope * outputs[o], and then
  // outputs[o] += sum over i of slope * inputs[i].
  void (*descend)(const NetTask& task);
  // out = the mean of the rows
  void (*mean)(const float* const* rows, std::size_t count, std::size_t columns, float* out);
  // row r += factor * the numbers from changes + r * stride on; stride 0: the same for all rows
  void (*add_to_rows)(float* const* rows, std::size_t count, std::size_t columns,
                      const float* changes, std::size_t stride, float factor);
};

}  // namespace millrace::learn
