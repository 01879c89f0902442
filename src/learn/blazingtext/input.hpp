// A channel's text, and what the log says of data and memory.
#pragma once

#include "learn/algorithm.hpp"
#include "learn/blazingtext/corpus.hpp"

#include <cstddef>

namespace millrace::learn::blazingtext {

// Throws ClientError for what is no text and for a text without words.
[[nodiscard]] Corpus read_text(const Channel& channel, LineEnds line_ends,
                               const Training& training);

// Of a net with so many rows of vectors, which is there `copies` times, beside the text as it was
// read. Throws ClientError where this machine has less.
void check_memory_of(const Corpus& corpus, std::size_t rows, std::size_t columns,
                     std::size_t copies, const Training& training);

}  // namespace millrace::learn::blazingtext
