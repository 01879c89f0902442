// Models in the binary format of fastText, version 12, which its programs write and read.
#pragma once

#include "learn/blazingtext/ngrams.hpp"
#include "learn/blazingtext/vocabulary.hpp"
#include "learn/blazingtext/weights.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace millrace::learn::blazingtext {

enum class Task : std::int32_t { cbow = 1, skipgram = 2, classification = 3 };
enum class Loss : std::int32_t { tree = 1, noise = 2, softmax = 3, one_for_each = 4 };

// How it was trained, as far as the format says.
struct Recipe {
  Task task = Task::skipgram;
  Loss loss = Loss::noise;
  std::size_t window = 5;
  std::size_t epochs = 5;
  std::size_t least_count = 5;
  std::size_t negatives = 5;
  double threshold = 1e-4;
  NGrams ngrams;
};

struct FastTextModel {
  Recipe recipe;
  Vocabulary vocabulary;
  Weights inputs;   // words, then buckets
  Weights outputs;  // labels of a classifier, else words
};

// Rows of zeros become holes of the file. Throws AlgorithmError.
void write_fasttext(const std::filesystem::path& path, const FastTextModel& model);

// Throws ModelError for what is damaged, quantised, pruned, or trained with the tree of labels.
[[nodiscard]] FastTextModel read_fasttext(const std::filesystem::path& path);

}  // namespace millrace::learn::blazingtext
