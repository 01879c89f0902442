#include "learn/lda/topics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace millrace::learn::lda {
namespace {

constexpr int iterations = 100;     // at most
constexpr float settled = 1e-3F;    // mean change of a topic's weight
constexpr float smallest = 1e-30F;  // probability that is divided by

}  // namespace

Topics empty_topics(std::size_t count, std::size_t words) {
  const std::size_t stride = (count + net_lanes - 1) / net_lanes * net_lanes;
  return {.count = count,
          .words = words,
          .stride = stride,
          .rows = std::vector<float>(words * stride),
          .alpha = std::vector<float>(count)};
}

Inference::Inference(const Topics& topics)
    : topics_(topics), kernels_(kernels().net), weights_(topics.stride), sums_(topics.stride) {}

void Inference::look_at(const Document& document) {
  rows_.clear();
  for (const std::uint32_t word : document.words) rows_.push_back(topics_.row(word));
  probabilities_.resize(rows_.size() + 4);
  ratios_.resize(rows_.size());
}

// What fills up stays 1: any number above 0 will do.
void Inference::begin(const Document& document, std::span<float> gamma) const {
  const double share = document.total / static_cast<double>(topics_.count);
  std::ranges::fill(gamma, 1.0F);
  for (std::size_t topic = 0; topic < topics_.count; ++topic)
    gamma[topic] = topics_.alpha[topic] + static_cast<float>(share);
}

void Inference::infer(const Document& document, std::span<float> gamma) {
  look_at(document);
  if (rows_.empty()) {
    std::ranges::copy(topics_.alpha, gamma.begin());
    return;
  }
  for (int i = 0; i < iterations; ++i) {
    std::ranges::copy(gamma, weights_.begin());
    kernels_.exp_digamma(weights_.data(), weights_.size());
    kernels_.dots(rows_.data(), rows_.size(), topics_.stride, weights_.data(),
                  probabilities_.data());
    for (std::size_t word = 0; word < ratios_.size(); ++word)
      ratios_[word] = document.counts[word] / std::max(probabilities_[word], smallest);
    kernels_.weighted_sum(rows_.data(), ratios_.data(), rows_.size(), topics_.stride, sums_.data());
    float change = 0;
    for (std::size_t topic = 0; topic < topics_.count; ++topic) {
      const float next = topics_.alpha[topic] + weights_[topic] * sums_[topic];
      change += std::abs(next - gamma[topic]);
      gamma[topic] = next;
    }
    if (change < settled * static_cast<float>(topics_.count)) return;
  }
}

double Inference::mean_log_likelihood(const Document& document, std::span<const float> gamma) {
  look_at(document);
  if (rows_.empty()) return 0;
  std::ranges::copy(gamma, weights_.begin());
  kernels_.dots(rows_.data(), rows_.size(), topics_.stride, weights_.data(), probabilities_.data());
  return log_likelihood(document);
}

double Inference::log_likelihood(const Document& document) const {
  const double all = std::accumulate(
      weights_.begin(), weights_.begin() + static_cast<std::ptrdiff_t>(topics_.count), 0.0);
  double sum = 0;
  for (std::size_t word = 0; word < document.words.size(); ++word) {
    const double probability = std::max(probabilities_[word], smallest);
    sum += static_cast<double>(document.counts[word]) * std::log(probability / all);
  }
  return sum;
}

}  // namespace millrace::learn::lda
