// Lines of text as a classifier takes them: which rows of the net's inputs they have, and which
// labels.
#pragma once

#include "learn/blazingtext/corpus.hpp"
#include "learn/blazingtext/ngrams.hpp"
#include "learn/blazingtext/vocabulary.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace millrace::learn::blazingtext {

// Lists one after another.
class Lists {
 public:
  [[nodiscard]] std::size_t size() const { return ends_.size() - 1; }
  [[nodiscard]] std::span<const std::uint32_t> operator[](std::size_t number) const {
    return std::span(items_).subspan(ends_[number], ends_[number + 1] - ends_[number]);
  }
  void add(std::span<const std::uint32_t> list) {
    items_.insert(items_.end(), list.begin(), list.end());
    ends_.push_back(items_.size());
  }

 private:
  std::vector<std::uint32_t> items_;
  std::vector<std::uint64_t> ends_ = {0};
};

struct Examples {
  Lists rows;                        // words, then buckets of runs of words
  Lists labels;                      // Lexicon::none where the vocabulary lacks it
  std::vector<std::uint32_t> words;  // of each line, its end among them
};

// Where the words and labels of another text stand in a vocabulary.
[[nodiscard]] Selection look_up(const Lexicon& lexicon, const Vocabulary& vocabulary);

// `selection` is of the corpus's lexicon. Lines without a label or without a row are left out.
[[nodiscard]] Examples make_examples(const Corpus& corpus, const Selection& selection,
                                     std::size_t vocabulary_words, const NGrams& ngrams);

}  // namespace millrace::learn::blazingtext
