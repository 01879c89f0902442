#include "learn/blazingtext/word_vectors.hpp"

#include "learn/blazingtext/descent.hpp"
#include "learn/blazingtext/sampler.hpp"

#include <algorithm>

namespace millrace::learn::blazingtext {
namespace {

constexpr std::uint64_t words_between_reports = 10000;
constexpr double first_reach = 0.5;  // word2vec's; of fastText's 1 a small text keeps more

std::vector<std::uint64_t> counts_of(const Vocabulary& vocabulary) {
  std::vector<std::uint64_t> counts;
  for (const Entry& word : vocabulary.words) counts.push_back(word.count);
  return counts;
}

// For each word, of how many 32-bit numbers those below the limit keep an occurrence.
std::vector<std::uint64_t> keep_limits(const Vocabulary& vocabulary, double threshold) {
  std::uint64_t all = 0;
  for (const Entry& word : vocabulary.words) all += word.count;
  std::vector<std::uint64_t> limits;
  for (const Entry& word : vocabulary.words) {
    const double part = threshold > 0 ? kept_part(word.count, all, threshold) : 1.0;
    limits.push_back(static_cast<std::uint64_t>(part * 4294967296.0));
  }
  return limits;
}

// What all threads share.
struct Ground {
  WordNet& net;
  const WordRows& rows;
  const VectorOptions& options;
  Sampler noise;
  std::vector<std::uint64_t> limits;
};

// One thread's passes.
class Pass {
 public:
  Pass(const Ground& ground, std::uint64_t seed)
      : ground_(ground), draw_(seed), descent_(kernels().net, ground.net.inputs.stride()) {}

  void take(std::span<const std::uint32_t> sentence, float rate) {
    rate_ = rate;
    thin_out(sentence);
    for (std::size_t at = 0; at < kept_.size(); ++at) {
      const std::size_t reach = 1 + draw_.below(ground_.options.window);
      first_ = at - std::min(at, reach);
      last_ = std::min(kept_.size() - 1, at + reach);
      learn(at);
    }
  }

 private:
  void thin_out(std::span<const std::uint32_t> sentence) {
    kept_.clear();
    for (const std::uint32_t word : sentence) {
      if ((draw_.next() >> 32) < ground_.limits[word]) kept_.push_back(word);
    }
  }

  void learn(std::size_t at) {
    switch (ground_.options.architecture) {
      case Architecture::skipgram:
        return skipgram(at);
      case Architecture::cbow:
        return cbow(at);
      case Architecture::batch_skipgram:
        return batch_skipgram(at);
    }
  }

  // The word against each of its neighbours.
  void skipgram(std::size_t at) {
    inputs_.clear();
    add_rows(kept_[at]);
    for (std::size_t other = first_; other <= last_; ++other) {
      if (other == at) continue;
      choose_outputs(kept_[other]);
      descent_.contrast_mean(inputs_, outputs_, rate_);
    }
  }

  // The neighbours' mean against the word.
  void cbow(std::size_t at) {
    inputs_.clear();
    for (std::size_t other = first_; other <= last_; ++other) {
      if (other != at) add_rows(kept_[other]);
    }
    if (inputs_.empty()) return;
    choose_outputs(kept_[at]);
    descent_.contrast_mean(inputs_, outputs_, rate_);
  }

  // Each neighbour against the word, all with the same noise: products of matrices.
  void batch_skipgram(std::size_t at) {
    inputs_.clear();
    for (std::size_t other = first_; other <= last_; ++other) {
      if (other == at) continue;
      inputs_.push_back(ground_.net.inputs.row(kept_[other]));
      if (inputs_.size() < ground_.options.batch) continue;
      contrast(at);
    }
    if (!inputs_.empty()) contrast(at);
  }

  void contrast(std::size_t at) {
    choose_outputs(kept_[at]);
    descent_.contrast(inputs_, outputs_, rate_);
    inputs_.clear();
  }

  void add_rows(std::uint32_t word) {
    for (const std::uint32_t row : ground_.rows.of(word))
      inputs_.push_back(ground_.net.inputs.row(row));
  }

  // The right word first, then noise; what is drawn and is the right word is left out.
  void choose_outputs(std::uint32_t right) {
    outputs_.clear();
    outputs_.push_back(ground_.net.outputs.row(right));
    for (std::size_t i = 0; i < ground_.options.negatives; ++i) {
      const std::uint32_t word = ground_.noise.draw(draw_);
      if (word != right) outputs_.push_back(ground_.net.outputs.row(word));
    }
  }

  const Ground& ground_;
  Draw draw_;
  Descent descent_;
  float rate_ = 0;
  std::size_t first_ = 0;
  std::size_t last_ = 0;
  std::vector<std::uint32_t> kept_;
  std::vector<float*> inputs_;
  std::vector<float*> outputs_;
};

}  // namespace

WordRows::WordRows(const Vocabulary& vocabulary, const NGrams& ngrams) {
  const std::size_t words = vocabulary.words.size();
  std::vector<std::uint32_t> parts;
  for (std::size_t word = 0; word < words; ++word) {
    rows_.push_back(static_cast<std::uint32_t>(word));
    parts.clear();
    add_parts(vocabulary.words[word].text, ngrams, parts);
    for (const std::uint32_t part : parts)
      rows_.push_back(static_cast<std::uint32_t>(words + part));
    begins_.push_back(rows_.size());
  }
}

// Buckets into which no part falls stay 0.
WordNet first_net(const Vocabulary& vocabulary, const WordRows& rows,
                  const VectorOptions& options) {
  const std::size_t words = vocabulary.words.size();
  WordNet net{.inputs = Weights(words + options.ngrams.buckets, options.dimensions),
              .outputs = Weights(words, options.dimensions)};
  Draw draw(options.seed);
  for (const std::uint32_t row : rows.all()) {
    if (net.inputs.is_zero(row)) net.inputs.fill(row, draw, first_reach);
  }
  return net;
}

void train_vectors(WordNet& net, const Corpus& corpus, const Vocabulary& vocabulary,
                   const WordRows& rows, const VectorOptions& options, Progress& progress,
                   Parallel& parallel) {
  const Ground ground{.net = net,
                      .rows = rows,
                      .options = options,
                      .noise = noise_sampler(counts_of(vocabulary)),
                      .limits = keep_limits(vocabulary, options.threshold)};
  parallel.split(corpus.lines(), [&](std::size_t thread, std::size_t first, std::size_t last) {
    Pass pass(ground, options.seed + 1 + thread);
    std::uint64_t unreported = 0;
    for (std::size_t epoch = 0; epoch < options.epochs; ++epoch) {
      for (std::size_t line = first; line < last && !progress.stopped(); ++line) {
        pass.take(corpus.line(line), progress.rate());
        progress.add(corpus.line(line).size());
        unreported += corpus.line(line).size();
        if (thread > 0 || unreported < words_between_reports) continue;
        unreported = 0;
        progress.report();
      }
    }
  });
}

}  // namespace millrace::learn::blazingtext
