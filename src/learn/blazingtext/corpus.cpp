#include "learn/blazingtext/corpus.hpp"

#include "learn/algorithm.hpp"

#include <algorithm>
#include <string>

namespace millrace::learn::blazingtext {
namespace {

constexpr std::size_t block_bytes = std::size_t{1} << 20;
constexpr std::size_t word_limit = 65536;  // at most

bool is_blank(char byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r') || byte == '\0'; }

// Takes a file block by block; a word that a block cuts waits for the next one.
class Reading {
 public:
  Reading(Corpus& corpus, const table::Input& input, LineEnds line_ends)
      : corpus_(corpus), input_(input), line_ends_(line_ends) {}

  void read() {
    std::string block(block_bytes, '\0');
    const std::uint64_t size = input_.source->size();
    for (std::uint64_t at = 0; at < size;) {
      const std::size_t taken = input_.source->read_at(at, block.data(), block.size());
      if (taken == 0) break;
      take(std::string_view(block).substr(0, taken));
      at += taken;
    }
    end_word({});
    end_line();
  }

 private:
  void take(std::string_view block) {
    std::size_t begin = 0;
    for (std::size_t at = 0; at < block.size(); ++at) {
      if (!is_blank(block[at])) continue;
      if (at > begin || !cut_.empty()) end_word(block.substr(begin, at - begin));
      if (block[at] == '\n') end_line();
      begin = at + 1;
    }
    cut_ += block.substr(begin);
    check(cut_.size());
  }

  void end_word(std::string_view rest) {
    std::string_view word = rest;
    if (!cut_.empty()) word = cut_ += rest;
    if (word.empty()) return;
    check(word.size());
    corpus_.words.push_back(corpus_.lexicon.count(word));
    cut_.clear();
  }

  void end_line() {
    ++line_;
    const std::uint64_t before = corpus_.line_ends.empty() ? 0 : corpus_.line_ends.back();
    if (corpus_.words.size() == before) return;
    if (line_ends_ == LineEnds::are_words)
      corpus_.words.push_back(corpus_.lexicon.count(line_end_word));
    corpus_.line_ends.push_back(corpus_.words.size());
  }

  void check(std::size_t bytes) const {
    if (bytes <= word_limit) return;
    throw ClientError(input_.name + ": line " + std::to_string(line_) + ": a word is longer than " +
                      std::to_string(word_limit) + " bytes");
  }

  Corpus& corpus_;
  const table::Input& input_;
  LineEnds line_ends_;
  std::string cut_;
  std::size_t line_ = 1;
};

}  // namespace

Corpus read_corpus(std::span<const table::Input> inputs, LineEnds line_ends) {
  Corpus corpus;
  for (const table::Input& input : inputs) Reading(corpus, input, line_ends).read();
  return corpus;
}

void for_each_word(std::string_view line, const std::function<void(std::string_view)>& take) {
  while (true) {
    const auto begin = std::ranges::find_if_not(line, is_blank);
    line.remove_prefix(static_cast<std::size_t>(begin - line.begin()));
    if (line.empty()) return;
    const auto end = std::ranges::find_if(line, is_blank);
    const auto length = static_cast<std::size_t>(end - line.begin());
    take(line.substr(0, length));
    line.remove_prefix(length);
  }
}

}  // namespace millrace::learn::blazingtext
