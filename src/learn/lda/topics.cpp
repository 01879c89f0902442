#include "learn/lda/topics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace millrace::learn::lda {
namespace {

constexpr int iterations = 100;     // at most
constexpr float settled = 1e-3F;    // mean change of a topic's weight
constexpr float smallest = 1e-30F;  // probability that counts

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
    : topics_(topics),
      kernels_(kernels().mixture),
      weights_(topics.stride),
      sums_(topics.count),
      next_(topics.count),
      leaps_(topics.count) {}

void Inference::look_at(const Document& document) {
  rows_.clear();
  for (const std::uint32_t word : document.words) rows_.push_back(topics_.row(word));
  stride_ = (rows_.size() + net_lanes - 1) / net_lanes * net_lanes;
  counts_.assign(stride_, 0.0F);
  std::ranges::copy(document.counts, counts_.begin());
  probabilities_.resize(stride_);
  ratios_.resize(stride_);
  columns_.resize(topics_.stride * stride_);
  kernels_.turn(rows_.data(), rows_.size(), topics_.count, stride_, columns_.data());
}

void Inference::explain() {
  kernels_.explain({.columns = columns_.data(),
                    .topics = topics_.count,
                    .stride = stride_,
                    .counts = counts_.data()},
                   weights_.data(), probabilities_.data(), ratios_.data(), sums_.data());
}

// What fills up stays 1: any number above 0 will do.
void Inference::begin(const Document& document, std::span<float> gamma) const {
  const double share = document.total / static_cast<double>(topics_.count);
  std::ranges::fill(gamma, 1.0F);
  for (std::size_t topic = 0; topic < topics_.count; ++topic)
    gamma[topic] = topics_.alpha[topic] + static_cast<float>(share);
}

void Inference::infer(const Document& document, std::span<float> gamma) {
  if (document.words.empty()) {
    std::ranges::copy(topics_.alpha, gamma.begin());
    return;
  }
  look_at(document);
  leaps_.begin();
  for (int i = 1;; ++i) {
    std::ranges::copy(gamma, weights_.begin());
    kernels_.exp_digamma(weights_.data(), weights_.size());
    explain();
    float change = 0;
    for (std::size_t topic = 0; topic < topics_.count; ++topic) {
      next_[topic] = topics_.alpha[topic] + weights_[topic] * sums_[topic];
      change += std::abs(next_[topic] - gamma[topic]);
    }
    const bool is_last = change < settled * static_cast<float>(topics_.count) || i == iterations;
    if (!is_last) leaps_.step(gamma.first(topics_.count), next_, topics_.alpha);
    std::ranges::copy(next_, gamma.begin());
    if (is_last) return;
  }
}

double Inference::mean_log_likelihood(const Document& document, std::span<const float> gamma) {
  if (document.words.empty()) return 0;
  look_at(document);
  std::ranges::copy(gamma, weights_.begin());
  explain();
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
