#include "learn/lda/train.hpp"

#include "learn/channels.hpp"
#include "learn/hyperparameters.hpp"
#include "learn/lda/contract.hpp"
#include "learn/lda/model.hpp"
#include "learn/lda/spectral.hpp"
#include "learn/lda/variational.hpp"
#include "learn/memory.hpp"
#include "learn/metric_log.hpp"
#include "learn/records.hpp"

#include <cstdint>
#include <string>

namespace millrace::learn::lda {
namespace {

struct Settings {
  SpectralOptions spectral;
  FitOptions fit;
};

Settings read_settings(const HyperparameterMap& given) {
  const Hyperparameters values(contract(), given);
  return {.spectral = SpectralOptions{.topics = values.count("num_topics"),
                                      .words = values.count("feature_dim"),
                                      .alpha0 = values.number("alpha0"),
                                      .restarts = values.count("max_restarts"),
                                      .iterations = values.count("max_iterations"),
                                      .tolerance = values.number("tol"),
                                      .seed = values.count("_seed")},
          .fit = FitOptions{.alpha0 = values.number("alpha0"),
                            .passes = values.count("_refine_max_iter")}};
}

Documents documents_of(const std::string& channel, const table::Matrix& rows) {
  try {
    Documents documents(rows);
    if (documents.total() > 0) return documents;
  } catch (const table::DataError& error) {
    throw ClientError("Channel " + channel + ": " + error.what());
  }
  throw ClientError("Channel " + channel + " has no document with a word");
}

// The rows, the documents that they become, and what the topics are first found in.
double peak_bytes(const RecordsEstimate& rows, const Settings& settings) {
  const double sought = 1.25 * static_cast<double>(settings.spectral.topics);
  const double words = static_cast<double>(settings.spectral.words);
  const double tensors = 2 * sought * sought * sought * sizeof(double);
  const double matrices = 6 * sought * words * sizeof(double);
  return rows.bytes + rows.entries * (sizeof(float) + sizeof(std::uint32_t)) + tensors + matrices;
}

}  // namespace

void train(const HyperparameterMap& given, const std::vector<Channel>& channels,
           const Training& training) {
  const Settings settings = read_settings(given);
  check_channels(contract(), channels);
  const RecordOptions options{
      .feature_dim = settings.spectral.words, .threads = training.threads, .keep_sparse = true};
  check_peak(peak_bytes(estimate_records(channels, options), settings),
             "train on fewer documents, or reduce num_topics", training);
  const Documents documents =
      documents_of("train", read_required(channels, "train", options).features);
  const auto test = read_optional(channels, "test", options);
  training.info("Number of documents: " + std::to_string(documents.size()) +
                ", of words: " + std::to_string(static_cast<std::uint64_t>(documents.total())));
  Topics topics = spectral_topics(documents, settings.spectral);
  Parallel parallel(training.threads);
  fit(topics, documents, settings.fit, parallel, [&](std::size_t pass, double pwll) {
    training.info(quality_line("epoch=" + std::to_string(pass) + ", train pwll <score>", pwll));
    return !training.stopped();
  });
  if (test) {
    training.info(quality_line(
        "test pwll <score>",
        per_word_log_likelihood(topics, documents_of("test", test->features), parallel)));
  }
  save_topics(training.model_folder, topics);
}

}  // namespace millrace::learn::lda
