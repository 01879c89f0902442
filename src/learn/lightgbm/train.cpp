#include "learn/lightgbm/train.hpp"

#include "learn/lightgbm/contract.hpp"
#include "learn/lightgbm/library.hpp"
#include "learn/lightgbm/model_files.hpp"
#include "learn/lightgbm/settings.hpp"
#include "learn/memory.hpp"
#include "learn/tabular.hpp"
#include "table/estimate.hpp"

#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace millrace::learn::lightgbm {
namespace {

constexpr std::uint64_t held_out_seed = 0;  // always the same fifth of the rows

struct Parts {
  table::Dataset train;
  table::Dataset validation;
  std::vector<std::size_t> categorical;  // counted with the label
  std::size_t classes = 0;               // 0: a regression
};

// Of each number: as it was read, as it is handed on, and what the library makes of it. Measured,
// as the library's allocations follow from its parameters.
void check_size(const TabularFiles& files, const Training& training) {
  constexpr double bytes_of_entry = 19;
  double entries = 0;
  for (const auto* part : {&files.training, &files.validation}) {
    if (const auto found = table::estimate_rows(*part, {.format = table::Format::csv}))
      entries += found->entries;
  }
  check_peak(entries * bytes_of_entry, "train on fewer rows or features", training);
}

Parts read_parts(const std::vector<Channel>& channels, const Settings& settings,
                 const Training& training) {
  const int threads = training.threads;
  const TabularFiles files = find_tabular_files(contract(), channels);
  check_size(files, training);
  Parts parts{.train = read_tabular(files.training, files, threads),
              .validation = {},
              .categorical = files.categorical};
  parts.classes = count_classes(settings, parts.train.labels);
  parts.validation = files.validation.empty() ? hold_out_validation(parts.train, held_out_seed)
                                              : read_tabular(files.validation, files, threads);
  if (parts.validation.features.columns != parts.train.features.columns)
    throw ClientError("The validation rows have " +
                      std::to_string(parts.validation.features.columns) +
                      " columns behind the label, the training rows " +
                      std::to_string(parts.train.features.columns));
  check_classes(parts.classes, parts.validation.labels);
  return parts;
}

void say_sizes(const Parts& parts, const Training& training) {
  training.info("Training data has " + std::to_string(parts.train.features.rows) + " rows and " +
                std::to_string(parts.train.features.columns) + " columns");
  training.info("Validation data has " + std::to_string(parts.validation.features.rows) + " rows");
}

std::string with_categorical(std::string parameters, const std::vector<std::size_t>& columns) {
  std::string list;
  for (const std::size_t column : columns)
    list += (list.empty() ? "" : ",") + std::to_string(column - 1);
  if (!list.empty()) parameters += " categorical_feature=" + list;
  return parameters;
}

struct Scores {
  double validation = 0;
  double train = 0;
};

// As SageMaker's log shows the package's line: its tabs arrive as #011.
std::string scores_text(std::string_view metric, const Scores& scores) {
  std::array<char, 160> text{};
  std::snprintf(text.data(), text.size(), "#011val's %.*s: %g#011train's %.*s: %g",
                static_cast<int>(metric.size()), metric.data(), scores.validation,
                static_cast<int>(metric.size()), metric.data(), scores.train);
  return text.data();
}

std::string round_text(int round, std::string_view metric, const Scores& scores) {
  return "[" + std::to_string(round + 1) + "]" + scores_text(metric, scores);
}

// One training: the data inside the library, the booster, and how far it has come.
class Boosting {
 public:
  Boosting(const Settings& settings, const Parts& parts, const std::string& metric,
           const std::string& parameters)
      : settings_(settings),
        metric_(metric),
        maximize_(is_maximized(metric)),
        train_(parts.train, parameters, nullptr),
        validation_(parts.validation, parameters, &train_),
        booster_(train_, validation_, parameters) {}

  void run(const Training& training) {
    say_whether_it_stops_early(training);
    for (int round = 0; round < settings_.rounds; ++round) {
      if (!booster_.update()) return say_end(training, "No tree can be split any further");
      last_ = {booster_.measure(Booster::Rows::validation), booster_.measure(Booster::Rows::train)};
      training.print(round_text(round, metric_, last_));
      if (!is_better(round) && stops_early() && round - best_round_ >= settings_.patience)
        return say_end(training, "Early stopping, best iteration is:");
      if (training.stopped())
        return say_end(training, "Stopped after " + std::to_string(round + 1) + " rounds");
    }
    if (stops_early()) say_end(training, "Did not meet early stopping. Best iteration is:");
  }

  // Up to the best round where early stopping follows one.
  [[nodiscard]] std::string model() const {
    return booster_.save(stops_early() ? best_round_ + 1 : 0);
  }

 private:
  [[nodiscard]] bool stops_early() const { return settings_.patience > 0 && !settings_.dart; }

  bool is_better(int round) {
    const bool better = best_round_ < 0 || (maximize_ ? last_.validation > best_.validation
                                                      : last_.validation < best_.validation);
    if (!better) return false;
    best_round_ = round;
    best_ = last_;
    return true;
  }

  void say_whether_it_stops_early(const Training& training) const {
    if (stops_early())
      training.print("Training until validation scores don't improve for " +
                     std::to_string(settings_.patience) + " rounds");
    else if (settings_.patience > 0)
      training.print("Early stopping is not available in dart mode");
  }

  void say_end(const Training& training, const std::string& why) const {
    training.print(why);
    if (stops_early() && best_round_ >= 0) training.print(round_text(best_round_, metric_, best_));
  }

  const Settings& settings_;
  const std::string metric_;
  const bool maximize_;
  Data train_;
  Data validation_;
  Booster booster_;
  Scores last_;
  Scores best_;
  int best_round_ = -1;
};

// What the library refuses before it begins is a setting or the data.
std::unique_ptr<Boosting> begin(const Settings& settings, const Parts& parts) {
  try {
    return std::make_unique<Boosting>(
        settings, parts, metric_of(settings, problem_of(parts.classes)),
        with_categorical(library_parameters(settings, parts.classes), parts.categorical));
  } catch (const LibraryError& error) {
    throw ClientError(std::string("LightGBM: ") + error.what());
  }
}

// Standard output, as everything the container prints.
void print_message(const std::string& line) { std::printf("%s\n", line.c_str()); }

}  // namespace

void train(const HyperparameterMap& hyperparameters, const std::vector<Channel>& channels,
           const Training& training) {
  const Settings settings = read_settings(hyperparameters, training.threads);
  const Parts parts = read_parts(channels, settings, training);
  say_sizes(parts, training);
  print_messages_with(print_message);
  const auto boosting = begin(settings, parts);
  try {
    boosting->run(training);
    write_model(training.model_folder, boosting->model());
  } catch (const LibraryError& error) {
    throw AlgorithmError(std::string("LightGBM: ") + error.what());
  }
}

}  // namespace millrace::learn::lightgbm
