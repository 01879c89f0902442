// A channel's text, and what the log says of data and memory.
#pragma once

#include "learn/algorithm.hpp"
#include "learn/blazingtext/corpus.hpp"

#include <cstddef>

namespace millrace::learn::blazingtext {

// Throws ClientError for what is no text and for a text without words.
[[nodiscard]] Corpus read_text(const Channel& channel, LineEnds line_ends,
                               const Training& training);

void say_memory(const Training& training, std::size_t rows, std::size_t columns);

}  // namespace millrace::learn::blazingtext
