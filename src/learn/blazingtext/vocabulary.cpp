#include "learn/blazingtext/vocabulary.hpp"

#include <algorithm>

namespace millrace::learn::blazingtext {
namespace {

using Numbers = std::vector<std::uint32_t>;

// Sorts the numbers by how often each occurs, and notes their places.
std::vector<Entry> enter(const Lexicon& lexicon, Numbers numbers, Numbers& places) {
  std::ranges::stable_sort(numbers, [&](std::uint32_t a, std::uint32_t b) {
    return lexicon.occurrences(a) > lexicon.occurrences(b);
  });
  std::vector<Entry> entries;
  for (const std::uint32_t number : numbers) {
    places[number] = static_cast<std::uint32_t>(entries.size());
    entries.push_back({std::string(lexicon.text(number)), lexicon.occurrences(number)});
  }
  return entries;
}

}  // namespace

Selection select(const Lexicon& lexicon, std::uint64_t least_count, Labels labels) {
  Selection selection;
  selection.words.assign(lexicon.size(), Lexicon::none);
  selection.labels.assign(lexicon.size(), Lexicon::none);
  Numbers words;
  Numbers apart;
  for (std::uint32_t number = 0; number < lexicon.size(); ++number) {
    selection.vocabulary.tokens += lexicon.occurrences(number);
    if (labels == Labels::apart && lexicon.text(number).starts_with(label_prefix))
      apart.push_back(number);
    else if (lexicon.occurrences(number) >= least_count)
      words.push_back(number);
  }
  selection.vocabulary.words = enter(lexicon, std::move(words), selection.words);
  selection.vocabulary.labels = enter(lexicon, std::move(apart), selection.labels);
  return selection;
}

void keep_selected(Corpus& corpus, const Selection& selection) {
  std::vector<std::uint64_t> ends;
  std::size_t kept = 0;
  std::size_t at = 0;
  for (const std::uint64_t end : corpus.line_ends) {
    std::size_t begin = kept;
    for (; at < end; ++at) {
      const std::uint32_t place = selection.words[corpus.words[at]];
      if (place == Lexicon::none) continue;
      corpus.words[kept++] = place;
      if (kept - begin == longest_sentence) ends.push_back(begin = kept);
    }
    if (kept > begin) ends.push_back(kept);
  }
  corpus.words.resize(kept);
  corpus.line_ends = std::move(ends);
}

}  // namespace millrace::learn::blazingtext
