// Topics made better by variational inference over documents' topics and topics' words (Hoffman,
// Blei and Bach, 2010, all documents at each pass).
#pragma once

#include "learn/lda/documents.hpp"
#include "learn/lda/topics.hpp"
#include "learn/parallel.hpp"

#include <cstddef>
#include <functional>

namespace millrace::learn::lda {

struct FitOptions {
  double alpha0 = 1;        // the sum of the documents' prior
  std::size_t passes = 30;  // at most
};

// Passes over the documents, beginning with `topics`, until the likelihood by word rises by less
// than a hundred-thousandth of itself; `after_pass` hears it, and says whether to go on. In the end
// each topic's prior is its share of the words.
void fit(Topics& topics, const Documents& documents, const FitOptions& options, Parallel& parallel,
         const std::function<bool(std::size_t pass, double pwll)>& after_pass);

// The mean logarithm of a word's probability, each document's topics being inferred from it.
[[nodiscard]] double per_word_log_likelihood(const Topics& topics, const Documents& documents,
                                             Parallel& parallel);

}  // namespace millrace::learn::lda
