// A text as numbers of words, line by line: read once, then passed over as often as there are
// epochs.
#pragma once

#include "learn/blazingtext/lexicon.hpp"
#include "table/matrix.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace millrace::learn::blazingtext {

struct Corpus {
  Lexicon lexicon;
  std::vector<std::uint32_t> words;  // numbers of the lexicon
  // Where each line ends in `words`; lines without a word are left out.
  std::vector<std::uint64_t> line_ends;

  [[nodiscard]] std::size_t lines() const { return line_ends.size(); }
  [[nodiscard]] std::span<const std::uint32_t> line(std::size_t number) const {
    const std::uint64_t begin = number == 0 ? 0 : line_ends[number - 1];
    return std::span(words).subspan(begin, line_ends[number] - begin);
  }
};

// What stands for the end of a line where that is a word, as it is for fastText's classifiers.
inline constexpr std::string_view line_end_word = "</s>";
enum class LineEnds { left_out, are_words };

// A sentence a line, or a JSON object with a sentence and its labels a line.
enum class Lines { of_text, of_json };

// The files one after another. Throws ClientError naming file and line for a word of more than
// 64 KiB, and for a line that is no such object.
[[nodiscard]] Corpus read_corpus(std::span<const table::Input> inputs, LineEnds line_ends,
                                 Lines lines = Lines::of_text);

// The lines in an order drawn with the seed.
void shuffle_lines(Corpus& corpus, std::uint64_t seed);

// Calls `take` for each word of a line: what stands between blanks.
void for_each_word(std::string_view line, const std::function<void(std::string_view)>& take);

}  // namespace millrace::learn::blazingtext
