// Word2Vec: vectors of words from the words around them, by negative sampling (Mikolov and others,
// 2013), with parts of words (Bojanowski and others, 2017) or in batches that share their noise
// (Ji and others, 2016).
#pragma once

#include "learn/blazingtext/corpus.hpp"
#include "learn/blazingtext/ngrams.hpp"
#include "learn/blazingtext/progress.hpp"
#include "learn/blazingtext/vocabulary.hpp"
#include "learn/blazingtext/weights.hpp"
#include "learn/parallel.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace millrace::learn::blazingtext {

enum class Architecture { skipgram, cbow, batch_skipgram };

struct VectorOptions {
  Architecture architecture = Architecture::skipgram;
  std::size_t dimensions = 100;
  std::size_t window = 5;
  std::size_t negatives = 5;
  std::size_t batch = 11;  // inputs at most of a step of batch_skipgram
  std::size_t epochs = 5;
  double threshold = 1e-4;  // above this part of the text words are thinned out; 0: none are
  NGrams ngrams;            // no parts unless it has buckets
  std::uint64_t seed = 0;
};

// Which rows of the inputs make a word: its own, then its parts' behind those of all words.
class WordRows {
 public:
  WordRows(const Vocabulary& vocabulary, const NGrams& ngrams);
  [[nodiscard]] std::span<const std::uint32_t> of(std::size_t word) const {
    return std::span(rows_).subspan(begins_[word], begins_[word + 1] - begins_[word]);
  }
  [[nodiscard]] std::span<const std::uint32_t> all() const { return rows_; }

 private:
  std::vector<std::uint64_t> begins_ = {0};
  std::vector<std::uint32_t> rows_;
};

struct WordNet {
  Weights inputs;  // words, then buckets of parts
  Weights outputs;
};

[[nodiscard]] WordNet first_net(const Vocabulary& vocabulary, const WordRows& rows,
                                const VectorOptions& options);

// Passes over `corpus`, which holds places in the vocabulary, once for each epoch. Threads share
// the net without locks, so that only one thread gives the same vectors at every run.
void train_vectors(WordNet& net, const Corpus& corpus, const Vocabulary& vocabulary,
                   const WordRows& rows, const VectorOptions& options, Progress& progress,
                   Parallel& parallel);

}  // namespace millrace::learn::blazingtext
