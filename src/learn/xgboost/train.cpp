#include "learn/xgboost/train.hpp"

#include "base/text.hpp"
#include "learn/channels.hpp"
#include "learn/xgboost/contract.hpp"
#include "learn/xgboost/early_stopping.hpp"
#include "learn/xgboost/labels.hpp"
#include "learn/xgboost/library.hpp"
#include "learn/xgboost/metrics.hpp"
#include "learn/xgboost/settings.hpp"
#include "table/format.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>

namespace millrace::learn::xgboost {
namespace {

struct Part {
  std::string name;  // of the channel
  table::Dataset rows;
};

struct Score {
  std::string data;
  std::string metric;
  double value;
};

void check_rows(const table::Dataset& rows, const std::string& channel) {
  if (rows.features.rows == 0) {
    const std::string which = channel == "train" ? "training" : channel;
    throw ClientError("No data in " + which + " channel path /opt/ml/input/data/" + channel);
  }
  if (rows.labels.size() != rows.features.rows) {
    throw ClientError("Got input data without labels. Please check the input data set.");
  }
}

table::Dataset read_channel(const Channel& channel, const std::string& content_type,
                            const Settings& settings, int threads) {
  try {
    table::Dataset rows =
        table::read_dataset(data_files(channel), {.format = table::parse_content_type(content_type),
                                                  .csv_weights = settings.csv_weights,
                                                  .unframed_records = channel.wrapped,
                                                  .threads = threads});
    check_rows(rows, channel.name);
    return rows;
  } catch (const table::DataError& error) {
    throw ClientError(error.what());
  }
}

std::vector<Part> read_parts(const std::vector<Channel>& channels, const Settings& settings,
                             const Training& training) {
  check_channels(contract(), channels);
  const std::string& content_type = find_channel(channels, "train")->content_type;
  std::vector<Part> parts;
  for (const char* name : {"train", "validation"}) {
    const Channel* channel = find_channel(channels, name);
    if (!channel) continue;
    const std::string& own = channel->content_type.empty() ? content_type : channel->content_type;
    parts.push_back({name, read_channel(*channel, own, settings, training.threads)});
    check_labels(settings.objective, settings.classes, parts.back().rows.labels);
  }
  return parts;
}

void say_sizes(const std::vector<Part>& parts, const Training& training) {
  const table::Matrix& rows = parts[0].rows.features;
  training.info("Train matrix has " + std::to_string(rows.rows) + " rows and " +
                std::to_string(rows.columns) + " columns");
  if (parts.size() > 1) {
    training.info("Validation matrix has " + std::to_string(parts[1].rows.features.rows) + " rows");
  }
}

// "[3]\ttrain-rmse:0.48\tvalidation-rmse:0.49"
std::vector<Score> parse_scores(const std::string& line) {
  std::vector<Score> scores;
  const auto pieces = base::split(line, '\t');
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    const std::size_t dash = pieces[i].find('-');
    const std::size_t colon = pieces[i].rfind(':');
    if (dash == std::string_view::npos || colon == std::string_view::npos) continue;
    const std::string value(pieces[i].substr(colon + 1));
    scores.push_back({std::string(pieces[i].substr(0, dash)),
                      std::string(pieces[i].substr(dash + 1, colon - dash - 1)),
                      std::strtod(value.c_str(), nullptr)});
  }
  return scores;
}

// As SageMaker's log shows it: the container's tab arrives as #011.
std::string log_line(int round, const std::vector<Score>& scores) {
  std::string line = "[" + std::to_string(round) + "]";
  for (const Score& score : scores) {
    std::array<char, 64> number{};
    std::snprintf(number.data(), number.size(), "%.5f", score.value);
    line += "#011" + score.data + "-" + score.metric + ":" + number.data();
  }
  return line;
}

// One training: the data inside the library, the booster, and how far it has come.
class Boosting {
 public:
  Boosting(const Settings& settings, const std::vector<Part>& parts)
      : settings_(settings), parts_(parts), data_(load(settings, parts)), booster_(named()) {
    for (const auto& [name, value] : settings.library) booster_.set(name, value);
    if (settings.early_stopping_rounds && !settings.early_stopping_metric.empty() &&
        parts.size() > 1) {
      stopping_.emplace(EarlyStopping{.patience = *settings.early_stopping_rounds,
                                      .maximize = is_maximized(settings.early_stopping_metric)});
    }
  }

  void run(const Training& training) {
    for (int round = 0; round < settings_.rounds; ++round) {
      booster_.update(round, *data_[0]);
      const std::vector<Score> scores = measure(round);
      training.print(log_line(round, scores));
      if (stopping_ && stopping_->record(round, followed(scores))) break;
      if (training.stopped()) {
        training.info("Stopped after " + std::to_string(round + 1) +
                      " rounds; the model so far is kept");
        break;
      }
    }
  }

  // The model of the best round where early stopping follows one.
  [[nodiscard]] std::string model() {
    if (!stopping_) return booster_.save();
    Booster best = booster_.first_rounds(stopping_->best_round + 1);
    best.set_attribute("best_iteration", std::to_string(stopping_->best_round));
    best.set_attribute("best_score", std::to_string(stopping_->best_score));
    return best.save();
  }

 private:
  static std::vector<std::unique_ptr<Data>> load(const Settings& settings,
                                                 const std::vector<Part>& parts) {
    std::vector<std::unique_ptr<Data>> data;
    const std::size_t columns = parts[0].rows.features.columns;
    for (const Part& part : parts)
      data.push_back(std::make_unique<Data>(part.rows, columns, settings.threads));
    return data;
  }

  [[nodiscard]] std::vector<NamedData> named() const {
    std::vector<NamedData> named;
    for (std::size_t i = 0; i < parts_.size(); ++i)
      named.push_back({parts_[i].name, data_[i].get()});
    return named;
  }

  // Per channel, the library's metrics and then those added here.
  [[nodiscard]] std::vector<Score> measure(int round) const {
    std::vector<Score> library = parse_scores(booster_.evaluate(round, named()));
    if (settings_.added_metrics.empty()) return library;
    std::vector<Score> scores;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      std::ranges::copy_if(library, std::back_inserter(scores),
                           [&](const Score& score) { return score.data == parts_[i].name; });
      add_scores(i, scores);
    }
    return scores;
  }

  void add_scores(std::size_t part, std::vector<Score>& scores) const {
    const auto margins = booster_.predict(*data_[part], Booster::Output::margin);
    const std::vector<float> kept(margins.begin(), margins.end());
    const auto values = booster_.predict(*data_[part], Booster::Output::value);
    for (const std::string& metric : settings_.added_metrics) {
      scores.push_back({parts_[part].name, metric,
                        added_metric(metric, {parts_[part].rows.labels, kept, values})});
    }
  }

  [[nodiscard]] double followed(const std::vector<Score>& scores) const {
    for (const Score& score : scores) {
      if (score.data == "validation" && score.metric == settings_.early_stopping_metric)
        return score.value;
    }
    throw AlgorithmError("the metric " + settings_.early_stopping_metric +
                         " was not measured on the validation channel");
  }

  const Settings& settings_;
  const std::vector<Part>& parts_;
  std::vector<std::unique_ptr<Data>> data_;
  Booster booster_;
  std::optional<EarlyStopping> stopping_;
};

// Complaints of the library that AWS counts as the user's.
bool is_users(std::string_view message) {
  constexpr std::array<std::string_view, 12> known = {
      "label must be in [0,1] for logistic regression",
      "label must be in (0, 1) for logistic regression",
      "label must be in [0, num_class)",
      "feature_names mismatch",
      "Check failed: preds.size() == info.labels_.size()",
      "AUC: the dataset only contains pos or neg samples",
      "base_score must be in (0,1)",
      "label must be nonnegative",
      "label must be positive",
      "Parameter reg_lambda should be greater equal to 0",
      "Number of columns does not match number of features",
      "Input data contains `inf`"};
  return std::ranges::any_of(
      known, [&](std::string_view text) { return message.find(text) != std::string_view::npos; });
}

void write_model(const std::filesystem::path& folder, const std::string& bytes) {
  std::filesystem::create_directories(folder);
  std::ofstream file(folder / model_file, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file)
    throw AlgorithmError("the model could not be written to " + (folder / model_file).string());
}

void say_early_stopping(const Settings& settings, const std::vector<Part>& parts,
                        const Training& training) {
  if (!settings.early_stopping_rounds) return;
  if (parts.size() > 1 && !settings.early_stopping_metric.empty()) return;
  training.info(
      "early_stopping_rounds has no effect: it needs a validation channel and eval_metric");
}

// Standard output, as everything the container prints.
void print_message(const char* line) { std::printf("%s\n", line); }

}  // namespace

void train(const HyperparameterMap& hyperparameters, const std::vector<Channel>& channels,
           const Training& training) {
  const Settings settings = read_settings(hyperparameters, training.version, training.threads);
  const std::vector<Part> parts = read_parts(channels, settings, training);
  say_sizes(parts, training);
  say_early_stopping(settings, parts, training);
  try {
    print_messages_with(print_message);
    Boosting boosting(settings, parts);
    boosting.run(training);
    write_model(training.model_folder, boosting.model());
  } catch (const LibraryError& error) {
    if (is_users(error.what())) throw ClientError(error.what());
    throw AlgorithmError(std::string("XGB train call failed with exception:\n ") + error.what());
  }
}

}  // namespace millrace::learn::xgboost
