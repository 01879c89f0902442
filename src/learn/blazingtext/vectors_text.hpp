// The file vectors.txt, in word2vec's format of text, which gensim and spaCy read.
#pragma once

#include "learn/blazingtext/vocabulary.hpp"
#include "learn/blazingtext/weights.hpp"

#include <filesystem>

namespace millrace::learn::blazingtext {

// A line with the number of words and of dimensions, then a line a word. Throws AlgorithmError.
void write_vectors_text(const std::filesystem::path& path, const Vocabulary& vocabulary,
                        const Weights& vectors);

}  // namespace millrace::learn::blazingtext
