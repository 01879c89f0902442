#include "learn/blazingtext/examples.hpp"

namespace millrace::learn::blazingtext {
namespace {

using Numbers = std::vector<std::uint32_t>;

struct Line {
  Numbers rows;
  Numbers labels;
  Numbers hashes;

  void clear() {
    rows.clear();
    labels.clear();
    hashes.clear();
  }
};

void take_word(Line& line, const Lexicon& lexicon, const Selection& selection, std::uint32_t word) {
  if (lexicon.text(word).starts_with(label_prefix)) {
    line.labels.push_back(selection.labels[word]);
    return;
  }
  if (selection.words[word] != Lexicon::none) line.rows.push_back(selection.words[word]);
  // Also of words that the vocabulary lacks, as in fastText.
  line.hashes.push_back(lexicon.hash(word));
}

}  // namespace

Selection look_up(const Lexicon& lexicon, const Vocabulary& vocabulary) {
  const auto places = [&](const std::vector<Entry>& entries) {
    Numbers found(lexicon.size(), Lexicon::none);
    for (std::uint32_t place = 0; place < entries.size(); ++place) {
      const std::uint32_t number = lexicon.find(entries[place].text);
      if (number != Lexicon::none) found[number] = place;
    }
    return found;
  };
  return {.words = places(vocabulary.words), .labels = places(vocabulary.labels)};
}

Examples make_examples(const Corpus& corpus, const Selection& selection,
                       std::size_t vocabulary_words, const NGrams& ngrams) {
  Examples examples;
  Line line;
  for (std::size_t number = 0; number < corpus.lines(); ++number) {
    line.clear();
    for (const std::uint32_t word : corpus.line(number))
      take_word(line, corpus.lexicon, selection, word);
    const std::size_t first = line.rows.size();
    add_runs(line.hashes, ngrams, line.rows);
    for (std::size_t i = first; i < line.rows.size(); ++i)
      line.rows[i] += static_cast<std::uint32_t>(vocabulary_words);
    if (line.labels.empty() || line.rows.empty()) continue;
    examples.rows.add(line.rows);
    examples.labels.add(line.labels);
    examples.words.push_back(static_cast<std::uint32_t>(line.hashes.size()));
  }
  return examples;
}

}  // namespace millrace::learn::blazingtext
