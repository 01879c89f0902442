#include "learn/blazingtext/train.hpp"

#include "learn/blazingtext/contract.hpp"
#include "learn/blazingtext/evaluation.hpp"
#include "learn/blazingtext/fasttext_file.hpp"
#include "learn/blazingtext/input.hpp"
#include "learn/blazingtext/model.hpp"
#include "learn/blazingtext/settings.hpp"
#include "learn/blazingtext/supervised.hpp"
#include "learn/blazingtext/vectors_text.hpp"
#include "learn/channels.hpp"
#include "learn/kernels/kernels.hpp"

#include <fstream>
#include <string>

namespace millrace::learn::blazingtext {
namespace {

// The words' vectors: of a word with parts, the mean of all.
Weights finished_vectors(const WordNet& net, const WordRows& rows, std::size_t words) {
  Weights vectors(words, net.inputs.columns());
  std::vector<const float*> parts;
  for (std::size_t word = 0; word < words; ++word) {
    parts.clear();
    for (const std::uint32_t row : rows.of(word)) parts.push_back(net.inputs.row(row));
    kernels().net.mean(parts.data(), parts.size(), vectors.stride(), vectors.row(word));
  }
  return vectors;
}

void evaluate_vectors(const Vocabulary& vocabulary, const Weights& vectors,
                      const Training& training) {
  training.print("Evaluating word embeddings....");
  const std::vector<Similarity> similarities = evaluate(vocabulary, vectors);
  const std::string text = evaluation_json(similarities);
  std::ofstream(training.model_folder / "eval.json", std::ios::trunc) << text << '\n';
  training.print(text);
  if (const auto rho = mean_rho(similarities))
    training.info("#mean_rho: " + std::to_string(*rho));
  else
    training.info(
        "There is no mean_rho: too few words of WordSimilarity-353 are in the training "
        "data");
}

Recipe recipe_of(const Settings& settings) {
  const VectorOptions& options = settings.vectors;
  return {.task = options.architecture == Architecture::cbow ? Task::cbow : Task::skipgram,
          .loss = Loss::noise,
          .window = options.window,
          .epochs = options.epochs,
          .least_count = settings.least_count,
          .negatives = options.negatives,
          .threshold = options.threshold,
          .ngrams = options.ngrams};
}

void save_vectors(Vocabulary vocabulary, WordNet net, const WordRows& rows,
                  const Settings& settings, const Training& training) {
  std::filesystem::create_directories(training.model_folder);
  const Weights vectors = finished_vectors(net, rows, vocabulary.words.size());
  write_vectors_text(training.model_folder / "vectors.txt", vocabulary, vectors);
  if (settings.evaluates) evaluate_vectors(vocabulary, vectors, training);
  write_fasttext(training.model_folder / vectors_file, {.recipe = recipe_of(settings),
                                                        .vocabulary = std::move(vocabulary),
                                                        .inputs = std::move(net.inputs),
                                                        .outputs = std::move(net.outputs)});
}

void train_words(const Settings& settings, const Channel& channel, std::string_view mode,
                 const Training& training) {
  training.info("Running single machine CPU BlazingText training using " + std::string(mode) +
                " mode.");
  Corpus corpus = read_text(channel, LineEnds::left_out, training);
  const Selection selection = select(corpus.lexicon, settings.least_count, Labels::are_words);
  const Vocabulary& vocabulary = selection.vocabulary;
  if (vocabulary.words.empty()) {
    throw ClientError("No word of the training data occurs min_count = " +
                      std::to_string(settings.least_count) + " times");
  }
  keep_selected(corpus, selection);
  training.print("Number of words:  " + std::to_string(vocabulary.words.size()));
  const VectorOptions& options = settings.vectors;
  check_memory_of(corpus, 2 * vocabulary.words.size() + options.ngrams.buckets, options.dimensions,
                  1, training);
  const WordRows rows(vocabulary, options.ngrams);
  WordNet net = first_net(vocabulary, rows, options);
  Progress progress(corpus.words.size() * options.epochs, settings.rate, training.print,
                    training.stopped);
  Parallel parallel(training.threads);
  train_vectors(net, corpus, vocabulary, rows, options, progress, parallel);
  progress.finish();
  save_vectors(vocabulary, std::move(net), rows, settings, training);
}

}  // namespace

void train(const HyperparameterMap& given, const std::vector<Channel>& channels,
           const Training& training) {
  const Settings settings = read_settings(given);
  check_channels(contract(), channels);
  const Channel& data = *find_channel(channels, "train");
  const Channel* validation = find_channel(channels, "validation");
  if (settings.supervised) return train_supervised(settings, data, validation, training);
  if (validation) throw ClientError("Extraneous channel found: validation");
  train_words(settings, data, given.at("mode"), training);
}

}  // namespace millrace::learn::blazingtext
