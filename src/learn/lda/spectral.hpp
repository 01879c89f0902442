// Topics from the moments of words that occur together (Anandkumar and others, 2014): the second
// moment is whitened, and the third one, whitened, decomposed by power iterations.
#pragma once

#include "learn/lda/documents.hpp"
#include "learn/lda/topics.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace millrace::learn::lda {

struct SpectralOptions {
  std::size_t topics = 1;
  std::size_t words = 1;
  double alpha0 = 1;
  std::size_t restarts = 10;
  std::size_t iterations = 1000;
  double tolerance = 1e-8;
  std::uint64_t seed = 0;
};

// One vector of a tensor's decomposition: sum over i of weight_i * v_i (x) v_i (x) v_i.
struct Component {
  double weight = 0;
  std::vector<double> direction;  // of length 1
};

// At most `count` components of a symmetric tensor of size^3 numbers whose directions are
// orthogonal, the heaviest of so many starts at a time. The tensor becomes what is left of it.
[[nodiscard]] std::vector<Component> decompose(std::vector<double>& tensor, std::size_t size,
                                               std::size_t count, const SpectralOptions& options);

// A quarter more topics are looked for, and those with the greatest prior kept; where the documents
// tell of fewer, the rest are the words' frequencies with noise. Every word has a part in each.
[[nodiscard]] Topics spectral_topics(const Documents& documents, const SpectralOptions& options);

}  // namespace millrace::learn::lda
