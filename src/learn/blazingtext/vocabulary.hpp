// Which words of a text a model knows, and under which number.
#pragma once

#include "learn/blazingtext/corpus.hpp"
#include "learn/blazingtext/lexicon.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace millrace::learn::blazingtext {

inline constexpr std::string_view label_prefix = "__label__";

struct Entry {
  std::string text;
  std::uint64_t count = 0;
};

// Words and labels, the most frequent first; of equally frequent ones the one seen first.
struct Vocabulary {
  std::vector<Entry> words;
  std::vector<Entry> labels;  // of a classifier, with their prefix
  std::uint64_t tokens = 0;   // of the text, with those that are no words of the model
};

// The vocabulary, and for each number of the lexicon the word's or the label's place in it, else
// Lexicon::none.
struct Selection {
  Vocabulary vocabulary;
  std::vector<std::uint32_t> words;
  std::vector<std::uint32_t> labels;
};

enum class Labels { are_words, apart };

// Words that occur less than `least_count` times are left out, labels never.
[[nodiscard]] Selection select(const Lexicon& lexicon, std::uint64_t least_count, Labels labels);

// Makes the corpus hold places in the vocabulary instead of numbers of the lexicon; other words
// fall out, and lines are cut after `longest_sentence` words.
inline constexpr std::size_t longest_sentence = 1000;
void keep_selected(Corpus& corpus, const Selection& selection);

}  // namespace millrace::learn::blazingtext
