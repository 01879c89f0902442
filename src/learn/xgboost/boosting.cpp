#include "learn/xgboost/boosting.hpp"

#include "base/text.hpp"
#include "learn/xgboost/contract.hpp"
#include "learn/xgboost/metrics.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <iterator>

namespace millrace::learn::xgboost {
namespace {

constexpr const char* best_iteration = "best_iteration";
constexpr const char* best_score = "best_score";

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

// With all its digits: a training that goes on compares with it.
std::string text_of(double number) {
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

std::vector<std::unique_ptr<Data>> load(const Settings& settings, const std::vector<Part>& parts) {
  std::vector<std::unique_ptr<Data>> data;
  const std::size_t columns = parts[0].rows.features.columns;
  for (const Part& part : parts)
    data.push_back(std::make_unique<Data>(part.rows, columns, settings.threads));
  return data;
}

}  // namespace

Boosting::Boosting(const Settings& settings, const std::vector<Part>& parts, const Ring& ring)
    : settings_(settings),
      parts_(parts),
      ring_(ring),
      data_(load(settings, parts)),
      booster_(new_booster("")) {
  if (settings.early_stopping_rounds && !settings.early_stopping_metric.empty() &&
      parts.size() > 1) {
    stopping_.emplace(EarlyStopping{.patience = *settings.early_stopping_rounds,
                                    .maximize = is_maximized(settings.early_stopping_metric)});
  }
}

void Boosting::run(const Training& training) {
  if (!training.checkpoint_folder.empty()) {
    resume(training);
    if (ring_.leads()) checkpoints_.emplace(training.checkpoint_folder);
  }
  if (stopping_ && stopping_->rounds_without >= stopping_->patience) return;
  for (int round = first_round_; round < settings_.rounds; ++round) {
    booster_.update(round, *data_[0]);
    const std::vector<Score> scores = measure(round);
    if (ring_.leads()) training.print(log_line(round, scores));
    const bool enough = stopping_ && stopping_->record(round, followed(scores));
    const bool stopped = !enough && ring_.any(training.stopped());
    const bool last = enough || stopped || round + 1 == settings_.rounds;
    if (checkpoints_ && (last || checkpoints_->due(round))) write_checkpoint(round);
    if (stopped) {
      training.info("Stopped after " + std::to_string(round + 1) +
                    " rounds; the model so far is kept");
    }
    if (last) break;
  }
}

std::string Boosting::model() {
  if (!stopping_ || stopping_->best_round < 0) return booster_.save();
  Booster best = booster_.first_rounds(stopping_->best_round + 1);
  best.set_attribute(best_iteration, std::to_string(stopping_->best_round));
  best.set_attribute(best_score, text_of(stopping_->best_score));
  return best.save();
}

Booster Boosting::new_booster(std::string_view checkpoint) const {
  Booster booster(named());
  if (!checkpoint.empty()) booster.load(checkpoint);
  for (const auto& [name, value] : settings_.library) booster.set(name, value);
  return booster;
}

// As AWS's image does, a file that is no model is passed over for the one before it.
void Boosting::resume(const Training& training) {
  for (const Checkpoint& checkpoint : find_checkpoints(training.checkpoint_folder)) {
    try {
      booster_ = new_booster(read_checkpoint(checkpoint));
    } catch (const LibraryError&) {
      training.info("Wrong checkpoint model format " + checkpoint.path.filename().string());
      continue;
    }
    first_round_ = checkpoint.round + 1;
    remember_best(checkpoint.round);
    training.info("Checkpoint loaded from " + checkpoint.path.string());
    training.info("Resuming from iteration " + std::to_string(first_round_));
    return;
  }
}

// A checkpoint of AWS's carries nothing of this: early stopping then begins anew.
void Boosting::remember_best(int last_round) {
  const auto round = booster_.attribute(best_iteration);
  const auto score = booster_.attribute(best_score);
  if (!stopping_ || !round || !score) return;
  stopping_->best_round = static_cast<int>(base::to_integer(*round).value_or(last_round));
  stopping_->best_score = std::strtod(score->c_str(), nullptr);
  stopping_->rounds_without = last_round - stopping_->best_round;
}

void Boosting::write_checkpoint(int round) {
  if (stopping_) {
    booster_.set_attribute(best_iteration, std::to_string(stopping_->best_round));
    booster_.set_attribute(best_score, text_of(stopping_->best_score));
  }
  checkpoints_->write(round, [&] { return booster_.save(); });
}

std::vector<NamedData> Boosting::named() const {
  std::vector<NamedData> named;
  for (std::size_t i = 0; i < parts_.size(); ++i) named.push_back({parts_[i].name, data_[i].get()});
  return named;
}

std::vector<Score> Boosting::measure(int round) const {
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

void Boosting::add_scores(std::size_t part, std::vector<Score>& scores) const {
  const auto margins = booster_.predict(*data_[part], Booster::Output::margin);
  const std::vector<float> kept(margins.begin(), margins.end());
  const auto values = booster_.predict(*data_[part], Booster::Output::value);
  for (const std::string& metric : settings_.added_metrics) {
    const double own = added_metric(metric, {parts_[part].rows.labels, kept, values});
    scores.push_back({parts_[part].name, metric, ring_.mean(own)});
  }
}

double Boosting::followed(const std::vector<Score>& scores) const {
  for (const Score& score : scores) {
    if (score.data == "validation" && score.metric == settings_.early_stopping_metric)
      return score.value;
  }
  throw AlgorithmError("the metric " + settings_.early_stopping_metric +
                       " was not measured on the validation channel");
}

}  // namespace millrace::learn::xgboost
