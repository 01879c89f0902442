#include "learn/lda/variational.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace millrace::learn::lda {
namespace {

constexpr double least_gain = 1e-5;

// What one thread counts in a pass.
struct Tally {
  std::vector<float> rows;  // like Topics::rows
  double log_likelihood = 0;
};

// Each document is inferred afresh in each pass: a topic that one has lost in an early pass, by
// topics that were still poor, has a weight near 0 and would not come back.
void take_document(const Topics& topics, Inference& inference, const Document& document,
                   std::span<float> gamma, Tally& tally) {
  inference.begin(document, gamma);
  inference.infer(document, gamma);
  const NetKernels& net = kernels().net;
  for (std::size_t i = 0; i < document.words.size(); ++i) {
    float* row = tally.rows.data() + document.words[i] * topics.stride;
    net.add_to_rows(&row, 1, topics.stride, inference.weights().data(), 0, inference.ratios()[i]);
  }
  tally.log_likelihood += inference.log_likelihood(document);
}

std::vector<Tally> pass_over(const Topics& topics, const Documents& documents, Parallel& parallel) {
  std::vector<Tally> tallies(parallel.threads());
  parallel.split(documents.size(), [&](std::size_t thread, std::size_t first, std::size_t last) {
    Tally& tally = tallies[thread];
    tally.rows.assign(topics.rows.size(), 0.0F);
    Inference inference(topics);
    std::vector<float> gamma(topics.stride);
    for (std::size_t number = first; number < last; ++number) {
      if (documents[number].total > 0)
        take_document(topics, inference, documents[number], gamma, tally);
    }
  });
  return tallies;
}

// How often each word belongs to each topic: what was counted, times the rows it was counted with.
void expected_counts(const Topics& topics, const std::vector<Tally>& tallies,
                     std::vector<float>& counts) {
  counts.assign(topics.rows.size(), 0.0F);
  for (const Tally& tally : tallies) {
    for (std::size_t i = 0; i < tally.rows.size(); ++i) counts[i] += tally.rows[i];
  }
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] *= topics.rows[i];
}

std::vector<double> topic_sums(const Topics& topics, const std::vector<float>& counts) {
  std::vector<double> sums(topics.count);
  for (std::size_t word = 0; word < topics.words; ++word) {
    for (std::size_t topic = 0; topic < topics.count; ++topic)
      sums[topic] += static_cast<double>(counts[word * topics.stride + topic]);
  }
  return sums;
}

double prior_of(const Topics& topics) { return 1.0 / static_cast<double>(topics.count); }

// Rows become exp(E log beta) under the Dirichlet distributions that the counts tell.
void take_expectations(Topics& topics, const std::vector<float>& counts) {
  const double prior = prior_of(topics);
  std::vector<float> sums(topics.stride, 1.0F);
  const std::vector<double> found = topic_sums(topics, counts);
  for (std::size_t topic = 0; topic < topics.count; ++topic) {
    sums[topic] = static_cast<float>(found[topic] + prior * static_cast<double>(topics.words));
  }
  kernels().mixture.exp_digamma(sums.data(), sums.size());
  for (std::size_t i = 0; i < counts.size(); ++i)
    topics.rows[i] = counts[i] + static_cast<float>(prior);
  kernels().mixture.exp_digamma(topics.rows.data(), topics.rows.size());
  for (std::size_t word = 0; word < topics.words; ++word) {
    float* const row = topics.row(word);
    for (std::size_t topic = 0; topic < topics.stride; ++topic)
      row[topic] = topic < topics.count ? row[topic] / sums[topic] : 0.0F;
  }
}

// Rows become the means of these distributions, and the prior the topics' shares.
void take_means(Topics& topics, const std::vector<float>& counts, double alpha0) {
  const double prior = prior_of(topics);
  const std::vector<double> sums = topic_sums(topics, counts);
  const double all = std::accumulate(sums.begin(), sums.end(), 0.0);
  const double words = prior * static_cast<double>(topics.words);
  for (std::size_t topic = 0; topic < topics.count; ++topic) {
    for (std::size_t word = 0; word < topics.words; ++word) {
      const double count = static_cast<double>(counts[word * topics.stride + topic]);
      topics.row(word)[topic] = static_cast<float>((count + prior) / (sums[topic] + words));
    }
    // A topic that nothing belongs to keeps a little, as a prior must be above 0.
    const double share = (sums[topic] + prior) / (all + 1);
    topics.alpha[topic] = static_cast<float>(alpha0 * share);
  }
}

}  // namespace

void fit(Topics& topics, const Documents& documents, const FitOptions& options, Parallel& parallel,
         const std::function<bool(std::size_t pass, double pwll)>& after_pass) {
  std::vector<float> counts;
  double before = 0;
  for (std::size_t pass = 0; pass < options.passes; ++pass) {
    const std::vector<Tally> tallies = pass_over(topics, documents, parallel);
    expected_counts(topics, tallies, counts);
    double pwll = 0;
    for (const Tally& tally : tallies) pwll += tally.log_likelihood / documents.total();
    const bool goes_on = after_pass(pass, pwll);
    const bool settled = pass > 0 && pwll - before < least_gain * std::abs(pwll);
    if (!goes_on || settled || pass + 1 == options.passes) break;
    before = pwll;
    take_expectations(topics, counts);
  }
  if (!counts.empty()) take_means(topics, counts, options.alpha0);
}

double per_word_log_likelihood(const Topics& topics, const Documents& documents,
                               Parallel& parallel) {
  std::vector<double> sums(parallel.threads());
  parallel.split(documents.size(), [&](std::size_t thread, std::size_t first, std::size_t last) {
    Inference inference(topics);
    std::vector<float> gamma(topics.stride);
    for (std::size_t number = first; number < last; ++number) {
      const Document document = documents[number];
      if (document.total == 0) continue;
      inference.begin(document, gamma);
      inference.infer(document, gamma);
      sums[thread] += inference.mean_log_likelihood(document, gamma);
    }
  });
  return std::accumulate(sums.begin(), sums.end(), 0.0) / std::max(documents.total(), 1.0);
}

}  // namespace millrace::learn::lda
