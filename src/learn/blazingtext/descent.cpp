#include "learn/blazingtext/descent.hpp"

#include <cmath>

namespace millrace::learn::blazingtext {
namespace {

std::size_t filled_up(std::size_t count) { return (count + net_lanes - 1) / net_lanes * net_lanes; }

}  // namespace

NetTask Descent::prepare(RowPointers inputs, RowPointers outputs) {
  const std::size_t stride = filled_up(outputs.size());
  if (products_.size() < inputs.size() * stride) products_.resize(inputs.size() * stride);
  if (changes_.size() < inputs.size() * stride_) changes_.resize(inputs.size() * stride_);
  return {.inputs = inputs.data(),
          .input_count = inputs.size(),
          .outputs = outputs.data(),
          .output_count = outputs.size(),
          .columns = stride_,
          .products = products_.data(),
          .product_stride = stride,
          .input_changes = changes_.data()};
}

RowPointers Descent::mean_of(RowPointers inputs) {
  if (inputs.size() == 1) return inputs;
  mean_.resize(stride_);
  mean_row_ = mean_.data();
  kernels_.mean(inputs.data(), inputs.size(), stride_, mean_row_);
  return {&mean_row_, 1};
}

void Descent::contrast(RowPointers inputs, RowPointers outputs, float rate) {
  const NetTask task = prepare(inputs, outputs);
  kernels_.products(task);
  kernels_.logistic_slopes(task, rate);
  kernels_.descend(task);
  kernels_.add_to_rows(inputs.data(), inputs.size(), stride_, changes_.data(), stride_, 1);
}

void Descent::contrast_mean(RowPointers inputs, RowPointers outputs, float rate) {
  const NetTask task = prepare(mean_of(inputs), outputs);
  kernels_.products(task);
  kernels_.logistic_slopes(task, rate);
  kernels_.descend(task);
  kernels_.add_to_rows(inputs.data(), inputs.size(), stride_, changes_.data(), 0, 1);
}

void Descent::classify(RowPointers inputs, RowPointers outputs, std::size_t right, float rate) {
  const NetTask task = prepare(mean_of(inputs), outputs);
  kernels_.products(task);
  kernels_.softmax(task.products, outputs.size());
  for (std::size_t o = 0; o < outputs.size(); ++o) task.products[o] *= -rate;
  task.products[right] += rate;
  kernels_.descend(task);
  kernels_.add_to_rows(inputs.data(), inputs.size(), stride_, changes_.data(), 0,
                       1 / static_cast<float>(inputs.size()));
}

std::span<float> Descent::products(RowPointers inputs, RowPointers outputs) {
  const NetTask task = prepare(mean_of(inputs), outputs);
  kernels_.products(task);
  return std::span(products_).first(outputs.size());
}

std::span<float> Descent::likelihoods(RowPointers inputs, RowPointers outputs) {
  const std::span<float> values = products(inputs, outputs);
  for (float& value : values) value = 1 / (1 + std::exp(-value));
  return values;
}

std::span<float> Descent::probabilities(RowPointers inputs, RowPointers outputs) {
  const std::span<float> values = products(inputs, outputs);
  kernels_.softmax(values.data(), values.size());
  return values;
}

}  // namespace millrace::learn::blazingtext
