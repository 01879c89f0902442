#include "learn/blazingtext/supervised.hpp"

#include "learn/blazingtext/classifier.hpp"
#include "learn/blazingtext/fasttext_file.hpp"
#include "learn/blazingtext/input.hpp"
#include "learn/blazingtext/model.hpp"

#include <array>
#include <cstdio>
#include <numeric>
#include <optional>
#include <string>

namespace millrace::learn::blazingtext {
namespace {

std::string part_text(const char* format, double part) {
  std::array<char, 128> text{};
  std::snprintf(text.data(), text.size(), format, part);
  return text.data();
}

// The validation lines, and the best that was measured on them.
class Validation {
 public:
  Validation(const Settings& settings, const Examples& examples, const Training& training)
      : settings_(settings), examples_(examples), training_(training) {}

  // Whether the training goes on after this epoch, the first one being 1.
  bool after(std::size_t epoch, const ClassifierNet& net, Parallel& parallel) {
    training_.print("-------------- End of epoch: " + std::to_string(epoch));
    training_.print("Using " + std::to_string(parallel.threads()) + " threads for prediction!");
    const double measured = accuracy(net, examples_, parallel);
    training_.print(part_text("Validation accuracy: %.6f", measured));
    if (!best_ || measured > *best_) {
      training_.print("Validation accuracy improved! Storing best weights...");
      best_ = measured;
      best_epoch_ = epoch;
      keep(net);
      return true;
    }
    if (epoch < settings_.least_epochs || epoch - best_epoch_ < settings_.patience) return true;
    training_.print("Validation accuracy has not improved since epoch " +
                    std::to_string(best_epoch_) + ": early stopping");
    return false;
  }

  void restore(ClassifierNet& net) {
    if (!best_) return;
    net.inputs.copy_from(inputs_);
    net.outputs.copy_from(outputs_);
  }

 private:
  void keep(const ClassifierNet& net) {
    if (inputs_.rows() == 0) {
      inputs_ = Weights(net.inputs.rows(), net.inputs.columns());
      outputs_ = Weights(net.outputs.rows(), net.outputs.columns());
    }
    inputs_.copy_from(net.inputs);
    outputs_.copy_from(net.outputs);
  }

  const Settings& settings_;
  const Examples& examples_;
  const Training& training_;
  std::optional<double> best_;
  std::size_t best_epoch_ = 0;
  Weights inputs_;
  Weights outputs_;
};

void run_epochs(ClassifierNet& net, const Settings& settings, const Examples& examples,
                Validation* validation, const Training& training, Parallel& parallel) {
  const VectorOptions& options = settings.vectors;
  const std::uint64_t words =
      std::accumulate(examples.words.begin(), examples.words.end(), std::uint64_t{0});
  Progress progress(words * options.epochs, settings.rate, training.print, training.stopped);
  for (std::size_t epoch = 1; epoch <= options.epochs && !progress.stopped(); ++epoch) {
    train_epoch(net, examples, options.seed + epoch * parallel.threads(), progress, parallel);
    progress.report();
    if (validation && !validation->after(epoch, net, parallel)) break;
  }
  if (validation) validation->restore(net);
  progress.finish();
}

void check(const Settings& settings, const Vocabulary& vocabulary, const Examples& examples,
           const Channel* validation) {
  if (settings.stops_early && !validation)
    throw ClientError("early_stopping needs a validation channel");
  if (vocabulary.labels.empty())
    throw ClientError("The training data has no labels: no word begins with __label__");
  if (examples.rows.size() == 0) {
    throw ClientError(
        "No line of the training data has both a label and a word that occurs "
        "min_count = " +
        std::to_string(settings.least_count) + " times");
  }
}

Recipe recipe_of(const Settings& settings) {
  return {.task = Task::classification,
          .loss = Loss::softmax,
          .epochs = settings.vectors.epochs,
          .least_count = settings.least_count,
          .ngrams = settings.vectors.ngrams};
}

void save(const Settings& settings, Vocabulary vocabulary, ClassifierNet net,
          const Training& training) {
  std::filesystem::create_directories(training.model_folder);
  write_fasttext(training.model_folder / classifier_file, {.recipe = recipe_of(settings),
                                                           .vocabulary = std::move(vocabulary),
                                                           .inputs = std::move(net.inputs),
                                                           .outputs = std::move(net.outputs)});
}

void say_accuracy(const std::string& name, const ClassifierNet& net, const Examples& examples,
                  const Training& training, Parallel& parallel) {
  training.print(
      part_text(("#" + name + "_accuracy: %.4f").c_str(), accuracy(net, examples, parallel)));
  training.print("Number of " + name + " examples: " + std::to_string(examples.rows.size()));
}

Examples read_validation(const Settings& settings, const Channel& channel,
                         const Vocabulary& vocabulary, const Training& training) {
  const Corpus corpus = read_text(channel, LineEnds::are_words, training);
  Examples examples = make_examples(corpus, look_up(corpus.lexicon, vocabulary),
                                    vocabulary.words.size(), settings.vectors.ngrams);
  if (examples.rows.size() == 0)
    throw ClientError("No line of the validation channel has both a label and a known word");
  return examples;
}

}  // namespace

void train_supervised(const Settings& settings, const Channel& data, const Channel* validation,
                      const Training& training) {
  training.info("Running single machine CPU BlazingText training using supervised mode.");
  const Corpus corpus = read_text(data, LineEnds::are_words, training);
  const Selection selection = select(corpus.lexicon, settings.least_count, Labels::apart);
  const Vocabulary& vocabulary = selection.vocabulary;
  const VectorOptions& options = settings.vectors;
  const Examples examples =
      make_examples(corpus, selection, vocabulary.words.size(), options.ngrams);
  check(settings, vocabulary, examples, validation);
  training.print("Number of words:  " + std::to_string(vocabulary.words.size()));
  training.print("Number of labels: " + std::to_string(vocabulary.labels.size()));
  std::optional<Examples> checks;
  if (validation) checks = read_validation(settings, *validation, vocabulary, training);
  check_memory_of(corpus, vocabulary.words.size() + options.ngrams.buckets, options.dimensions,
                  settings.stops_early ? 2 : 1, training);
  Parallel parallel(training.threads);
  ClassifierNet net =
      first_classifier(vocabulary, options.ngrams.buckets, options.dimensions, options.seed);
  std::optional<Validation> early;
  if (settings.stops_early) early.emplace(settings, *checks, training);
  run_epochs(net, settings, examples, early ? &*early : nullptr, training, parallel);
  say_accuracy("train", net, examples, training, parallel);
  if (checks) say_accuracy("validation", net, *checks, training, parallel);
  save(settings, vocabulary, std::move(net), training);
}

}  // namespace millrace::learn::blazingtext
