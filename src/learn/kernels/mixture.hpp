// The inner loops of topic models: a document's words as mixtures of what topics make of them.
#pragma once

#include <cstddef>

namespace millrace::learn {

// The words of a document: how often each occurs, and how probable each topic makes it.
struct MixedWords {
  const float* columns = nullptr;  // for each topic a number for each word
  std::size_t topics = 0;
  std::size_t stride = 0;         // the number of words, filled up to a multiple of net_lanes
  const float* counts = nullptr;  // 0 of those that fill up
};

struct MixtureKernels {
  // out[column * stride + row] = rows[row][column], and 0 for the rows that there are not up to
  // `stride`. Columns are done in fours, as many as there must be room for.
  void (*turn)(const float* const* rows, std::size_t count, std::size_t columns, std::size_t stride,
               float* out);
  // With probability[w] = sum over t of weights[t] * columns[t][w], for each word:
  // ratios[w] = counts[w] / probability[w], the probability being taken for 1e-30 at least; for
  // each topic: sums[t] = sum over w of ratios[w] * columns[t][w].
  void (*explain)(const MixedWords& words, const float* weights, float* probabilities,
                  float* ratios, float* sums);
  // Each of `count` values x > 0, a multiple of net_lanes, becomes exp(digamma(x)).
  void (*exp_digamma)(float* values, std::size_t count);
};

}  // namespace millrace::learn
