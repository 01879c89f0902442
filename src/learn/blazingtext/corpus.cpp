#include "learn/blazingtext/corpus.hpp"

#include "learn/algorithm.hpp"
#include "learn/blazingtext/json_sentence.hpp"
#include "learn/draw.hpp"
#include "table/lines.hpp"

#include <algorithm>
#include <string>
#include <utility>

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
    for_each_block([&](std::string_view block) { take(block); });
    end_word({});
    end_line();
  }

  void read_json() {
    std::string cut;
    for_each_block([&](std::string_view block) {
      for (auto end = block.find('\n'); end != block.npos; end = block.find('\n')) {
        take_json(cut += block.substr(0, end));
        cut.clear();
        block.remove_prefix(end + 1);
      }
      cut += block;
      if (cut.size() > table::line_limit)
        fail("it is longer than " + std::to_string(table::line_limit) + " bytes");
    });
    take_json(cut);
  }

 private:
  template <class Take>
  void for_each_block(const Take& take) const {
    std::string block(block_bytes, '\0');
    const std::uint64_t size = input_.source->size();
    for (std::uint64_t at = 0; at < size;) {
      const std::size_t taken = input_.source->read_at(at, block.data(), block.size());
      if (taken == 0) break;
      take(std::string_view(block).substr(0, taken));
      at += taken;
    }
  }

  void take_json(std::string_view line) {
    try {
      if (!std::ranges::all_of(line, is_blank)) take(sentence_of(line));
    } catch (const BadSentence& error) {
      fail(error.what());
    }
    end_word({});
    end_line();
  }

  [[noreturn]] void fail(const std::string& why) const {
    throw ClientError(input_.name + ": line " + std::to_string(line_) + ": " + why);
  }

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
    if (bytes > word_limit) fail("a word is longer than " + std::to_string(word_limit) + " bytes");
  }

  Corpus& corpus_;
  const table::Input& input_;
  LineEnds line_ends_;
  std::string cut_;
  std::size_t line_ = 1;
};

}  // namespace

Corpus read_corpus(std::span<const table::Input> inputs, LineEnds line_ends, Lines lines) {
  Corpus corpus;
  for (const table::Input& input : inputs) {
    Reading reading(corpus, input, line_ends);
    if (lines == Lines::of_json)
      reading.read_json();
    else
      reading.read();
  }
  return corpus;
}

void shuffle_lines(Corpus& corpus, std::uint64_t seed) {
  Draw draw(seed);
  std::vector<std::uint32_t> words;
  std::vector<std::uint64_t> line_ends;
  words.reserve(corpus.words.size());
  for (const std::size_t number : draw_distinct(draw, corpus.lines(), corpus.lines())) {
    const auto line = corpus.line(number);
    words.insert(words.end(), line.begin(), line.end());
    line_ends.push_back(words.size());
  }
  corpus.words = std::move(words);
  corpus.line_ends = std::move(line_ends);
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
