// Which rows of a net's inputs stand for a word or a sentence, as fastText chooses them.
#pragma once

#include "learn/blazingtext/lexicon.hpp"
#include "learn/blazingtext/ngrams.hpp"
#include "learn/blazingtext/vocabulary.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace millrace::learn::blazingtext {

class Features {
 public:
  Features(const Vocabulary& vocabulary, const NGrams& ngrams);

  // The word's row and its parts'; of a word that is not known, the parts' alone.
  [[nodiscard]] std::vector<std::uint32_t> of_word(std::string_view word) const;
  // Of all words of the line, its end among them, and of its runs of words. Labels are no words.
  [[nodiscard]] std::vector<std::uint32_t> of_line(std::string_view line) const;

 private:
  void add_word(std::string_view word, std::vector<std::uint32_t>& rows) const;

  NGrams ngrams_;
  Lexicon words_;  // numbers are places in the vocabulary
};

}  // namespace millrace::learn::blazingtext
