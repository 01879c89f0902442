#include "learn/blazingtext/settings.hpp"

#include "base/text.hpp"
#include "learn/blazingtext/contract.hpp"
#include "learn/hyperparameters.hpp"

namespace millrace::learn::blazingtext {
namespace {

bool is_true(std::string_view flag) { return base::lower(flag) == "true" || flag == "1"; }

Architecture architecture_of(std::string_view mode) {
  if (mode == "cbow") return Architecture::cbow;
  return mode == "batch_skipgram" ? Architecture::batch_skipgram : Architecture::skipgram;
}

// Buckets only where there is something to put into them, as in fastText.
NGrams ngrams_of(const Hyperparameters& values) {
  if (values.is("mode", "supervised")) {
    const std::size_t words = values.count("word_ngrams");
    return {.words = words, .buckets = words > 1 ? values.count("buckets") : 0};
  }
  if (!is_true(values.text("subwords"))) return {};
  return {.least_characters = values.count("min_char"),
          .most_characters = values.count("max_char"),
          .buckets = values.count("buckets")};
}

}  // namespace

Settings read_settings(const HyperparameterMap& given) {
  const Hyperparameters values(contract(), given);
  return {.supervised = values.is("mode", "supervised"),
          .vectors = VectorOptions{.architecture = architecture_of(values.text("mode")),
                                   .dimensions = values.count("vector_dim"),
                                   .window = values.count("window_size"),
                                   .negatives = values.count("negative_samples"),
                                   .batch = values.count("batch_size"),
                                   .epochs = values.count("epochs"),
                                   .threshold = values.number("sampling_threshold"),
                                   .ngrams = ngrams_of(values),
                                   .seed = values.count("_seed")},
          .least_count = values.count("min_count"),
          .rate = values.number("learning_rate"),
          .evaluates = is_true(values.text("evaluation")),
          .stops_early = is_true(values.text("early_stopping")),
          .least_epochs = values.count("min_epochs"),
          .patience = values.count("patience")};
}

}  // namespace millrace::learn::blazingtext
