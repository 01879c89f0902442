#include "learn/blazingtext/features.hpp"

#include "learn/blazingtext/corpus.hpp"

namespace millrace::learn::blazingtext {

Features::Features(const Vocabulary& vocabulary, const NGrams& ngrams) : ngrams_(ngrams) {
  for (const Entry& word : vocabulary.words) words_.count(word.text);
}

void Features::add_word(std::string_view word, std::vector<std::uint32_t>& rows) const {
  const std::uint32_t place = words_.find(word);
  if (place != Lexicon::none) rows.push_back(place);
  if (word == line_end_word) return;
  const std::size_t first = rows.size();
  add_parts(word, ngrams_, rows);
  for (std::size_t i = first; i < rows.size(); ++i)
    rows[i] += static_cast<std::uint32_t>(words_.size());
}

std::vector<std::uint32_t> Features::of_word(std::string_view word) const {
  std::vector<std::uint32_t> rows;
  add_word(word, rows);
  return rows;
}

std::vector<std::uint32_t> Features::of_line(std::string_view line) const {
  std::vector<std::uint32_t> rows;
  std::vector<std::uint32_t> hashes;
  const auto take = [&](std::string_view word) {
    if (word.starts_with(label_prefix)) return;
    add_word(word, rows);
    hashes.push_back(word_hash(word));
  };
  for_each_word(line, take);
  take(line_end_word);
  const std::size_t first = rows.size();
  add_runs(hashes, ngrams_, rows);
  for (std::size_t i = first; i < rows.size(); ++i)
    rows[i] += static_cast<std::uint32_t>(words_.size());
  return rows;
}

}  // namespace millrace::learn::blazingtext
