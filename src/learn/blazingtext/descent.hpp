// The steps of gradient descent on a net with one hidden layer.
#pragma once

#include "learn/kernels/kernels.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace millrace::learn::blazingtext {

using RowPointers = std::span<float* const>;

// One thread's room for its steps. Rows are of Weights, `stride` numbers long.
class Descent {
 public:
  Descent(const NetKernels& kernels, std::size_t stride) : kernels_(kernels), stride_(stride) {}

  // Each input against the same outputs, of which the first is right and the others are noise: a
  // step of size `rate` up the sum of log sigmoid(x . right) + sum of log sigmoid(-x . noise).
  void contrast(RowPointers inputs, RowPointers outputs, float rate);
  // The same for the mean of the inputs; each moves by the mean's whole gradient.
  void contrast_mean(RowPointers inputs, RowPointers outputs, float rate);
  // The mean of the inputs against all outputs: a step up log softmax(x . outputs)[right]; each
  // input moves by its part of the gradient.
  void classify(RowPointers inputs, RowPointers outputs, std::size_t right, float rate);

  // The mean of the inputs times each output; valid until the next call.
  [[nodiscard]] std::span<float> products(RowPointers inputs, RowPointers outputs);
  // Their softmax.
  [[nodiscard]] std::span<float> probabilities(RowPointers inputs, RowPointers outputs);
  // The sigmoid of each.
  [[nodiscard]] std::span<float> likelihoods(RowPointers inputs, RowPointers outputs);

 private:
  [[nodiscard]] NetTask prepare(RowPointers inputs, RowPointers outputs);
  // `inputs` itself where it is one row, else a row of their mean.
  [[nodiscard]] RowPointers mean_of(RowPointers inputs);

  const NetKernels& kernels_;
  std::size_t stride_;
  std::vector<float> products_;
  std::vector<float> changes_;
  std::vector<float> mean_;
  float* mean_row_ = nullptr;
};

}  // namespace millrace::learn::blazingtext
