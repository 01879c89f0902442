// Topics, and which of them a document has.
#pragma once

#include "learn/kernels/kernels.hpp"
#include "learn/lda/documents.hpp"
#include "learn/lda/leaps.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace millrace::learn::lda {

// How probable each word is in each topic; the prior of documents' topics.
struct Topics {
  std::size_t count = 0;
  std::size_t words = 0;
  std::size_t stride = 0;  // from a word's row to the next: `count`, filled up with zeros
  std::vector<float> rows;
  std::vector<float> alpha;

  [[nodiscard]] float* row(std::size_t word) { return rows.data() + word * stride; }
  [[nodiscard]] const float* row(std::size_t word) const { return rows.data() + word * stride; }
};

// All numbers 0.
[[nodiscard]] Topics empty_topics(std::size_t count, std::size_t words);

// One thread's room for the variational inference of documents' topics (Blei, Ng and Jordan, 2003).
class Inference {
 public:
  explicit Inference(const Topics& topics);

  // `gamma`, as long as the topics' stride, is where it begins and what it finds: the document's
  // Dirichlet distribution. Sums to the prior's sum and the document's words.
  void infer(const Document& document, std::span<float> gamma);
  // A beginning that knows nothing.
  void begin(const Document& document, std::span<float> gamma) const;

  // Of the document last seen: each topic's weight, and each word's count by its probability.
  [[nodiscard]] std::span<const float> weights() const { return weights_; }
  [[nodiscard]] std::span<const float> ratios() const { return ratios_; }
  // The sum of the logarithms of its words' probabilities, with these weights.
  [[nodiscard]] double log_likelihood(const Document& document) const;
  // The same with the mean of what `infer` found.
  [[nodiscard]] double mean_log_likelihood(const Document& document, std::span<const float> gamma);

 private:
  void look_at(const Document& document);
  void explain();

  const Topics& topics_;
  const MixtureKernels& kernels_;
  std::vector<const float*> rows_;
  std::size_t stride_ = 0;      // the number of words, filled up
  std::vector<float> columns_;  // the rows, topic by topic
  std::vector<float> counts_;
  std::vector<float> weights_;  // exp(E log theta), but for a factor of all
  std::vector<float> probabilities_;
  std::vector<float> ratios_;
  std::vector<float> sums_;
  std::vector<float> next_;
  Leaps leaps_;
};

}  // namespace millrace::learn::lda
