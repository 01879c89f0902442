// The hyperparameters as the training takes them.
#pragma once

#include "learn/blazingtext/word_vectors.hpp"
#include "learn/contract.hpp"

#include <cstddef>
#include <cstdint>

namespace millrace::learn::blazingtext {

struct Settings {
  bool supervised = false;
  VectorOptions vectors;  // a classifier takes dimensions, epochs, n-grams and seed from it
  std::uint64_t least_count = 5;
  double rate = 0.05;
  bool evaluates = true;
  bool stops_early = false;
  std::size_t least_epochs = 5;
  std::size_t patience = 4;
};

// Throws ClientError with the first violation.
[[nodiscard]] Settings read_settings(const HyperparameterMap& given);

}  // namespace millrace::learn::blazingtext
