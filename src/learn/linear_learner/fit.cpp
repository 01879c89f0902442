#include "learn/linear_learner/fit.hpp"

#include "learn/draw.hpp"
#include "learn/linear_learner/calibration.hpp"
#include "learn/linear_learner/metrics.hpp"
#include "learn/linear_learner/objective.hpp"
#include "learn/linear_learner/refine.hpp"
#include "learn/metric_log.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <string>

namespace millrace::learn::linear_learner {
namespace {

// Rows of the validation data by which models are compared after each epoch.
constexpr std::size_t sampled_rows = 10000;

// Of a group: each takes some 200 bytes while it is refined.
constexpr std::size_t refined_weights = std::size_t{1} << 22;

// How a model stands after an epoch: `cost` is its loss, or less than 0 where it is the value of a
// criterion; of equal costs the lower loss decides.
struct Standing {
  double cost = std::numeric_limits<double>::infinity();
  double loss = std::numeric_limits<double>::infinity();

  friend bool operator<(const Standing& a, const Standing& b) {
    return a.cost != b.cost ? a.cost < b.cost : a.loss < b.loss;
  }
};

using Groups = std::vector<std::unique_ptr<Group>>;

Weights first_weights(const Settings& settings, std::size_t columns) {
  Draw draw(settings.seed);
  Weights start{
      .weights = std::vector<float>(columns * settings.outputs),
      .biases = std::vector<float>(
          settings.outputs, settings.steps.use_bias ? static_cast<float>(settings.start.bias) : 0)};
  for (float& weight : start.weights) {
    weight = static_cast<float>(settings.start.size *
                                (settings.start.normal ? draw.normal() : 2 * draw.uniform() - 1));
  }
  return start;
}

double balance_of(std::span<const float> labels) {
  const auto positives =
      static_cast<double>(std::ranges::count_if(labels, [](float label) { return label > 0.5F; }));
  const double negatives = static_cast<double>(labels.size()) - positives;
  return positives > 0 && negatives > 0 ? negatives / positives : 1;
}

// Each class that there is gets the same weight; over all rows the mean weight is 1.
std::vector<float> class_weights_of(std::span<const float> labels, std::size_t classes) {
  std::vector<double> counts(classes);
  for (const float label : labels) ++counts[static_cast<std::size_t>(label)];
  const auto there =
      static_cast<double>(std::ranges::count_if(counts, [](double count) { return count > 0; }));
  std::vector<float> weights(classes);
  for (std::size_t i = 0; i < classes; ++i) {
    if (counts[i] > 0)
      weights[i] = static_cast<float>(static_cast<double>(labels.size()) / (there * counts[i]));
  }
  return weights;
}

// The same for every model; by default they end a hundredth as long as they began.
Schedule schedule_of(const Settings& settings, std::size_t rows) {
  constexpr std::size_t reductions = 100;
  constexpr double factor = 0.955;
  constexpr double least = 1e-5;
  const Steps& steps = settings.steps;
  if (!steps.use_schedule) return {.step = std::numeric_limits<std::size_t>::max()};
  const std::size_t batch = rows_of_a_step(settings, rows);
  const std::size_t all = settings.epochs * ((rows + batch - 1) / batch);
  return {.step = steps.schedule_step.value_or(std::max(all / reductions, std::size_t{1})),
          .factor = steps.schedule_factor.value_or(factor),
          .least = steps.least_rate.value_or(least)};
}

class Fitting {
 public:
  Fitting(const Task& task, const Training& training, Parallel& parallel)
      : task_(task),
        settings_(task.settings),
        training_(training),
        parallel_(parallel),
        options_(group_options(task.settings, task.train)),
        batches_(batch_order(task)) {
    const std::size_t columns = task.train.features.columns;
    const std::size_t models = settings_.models.value_or(usual_models(columns * settings_.outputs));
    variants_ = variants_of(settings_, models,
                            {.rows = task.train.count(),
                             .balance = balance_of(task.train.labels),
                             .validated = task.validation != nullptr});
    const Weights start = first_weights(settings_, columns);
    const std::size_t lanes = kernels().linear.lanes;
    for (std::size_t at = 0; at < models; at += lanes) {
      const auto some = std::span(variants_).subspan(at, std::min(lanes, models - at));
      groups_.push_back(std::make_unique<Group>(options_, some, start, kernels()));
    }
  }

  Fitted run() {
    for (std::size_t epoch = 0; epoch < settings_.epochs; ++epoch) {
      pass(epoch);
      if (stopped_) {
        training_.info("Stopped in epoch " + std::to_string(epoch) +
                       "; the best model so far is kept");
        if (!best_) keep_best(epoch, standings(train_losses(), {}));
        break;
      }
      if (!finish(epoch)) break;
    }
    if (!best_) throw AlgorithmError("no model has a finite loss: lower the learning rate");
    if (!stopped_) refine_best();
    training_.info("Best model based on early stopping at epoch " + std::to_string(best_->epoch) +
                   ". Best loss: " + std::to_string(best_standing_.loss));
    return std::move(*best_);
  }

 private:
  static std::vector<std::size_t> batch_order(const Task& task) {
    const std::size_t batch = rows_of_a_step(task.settings, task.train.count());
    std::vector<std::size_t> order((task.train.count() + batch - 1) / batch);
    std::iota(order.begin(), order.end(), std::size_t{0});
    return order;
  }

  // Each thread takes some of the groups through all rows, a mini-batch at a time.
  void pass(std::size_t epoch) {
    const auto began = std::chrono::steady_clock::now();
    Draw draw(settings_.seed + epoch + 1);
    for (std::size_t left = batches_.size(); left > 1; --left)
      std::swap(batches_[left - 1], batches_[draw.below(left)]);
    const std::size_t batch = rows_of_a_step(settings_, task_.train.count());
    const std::size_t threads = std::min(parallel_.threads(), groups_.size());
    parallel_.run(threads, [&](std::size_t thread) {
      for (const std::size_t number : batches_) {
        if (thread == 0 && training_.stopped()) stopped_ = true;
        if (stopped_) return;
        const std::size_t first = number * batch;
        for (std::size_t group = thread; group < groups_.size(); group += threads)
          groups_[group]->learn(task_.train, first, std::min(batch, task_.train.count() - first));
      }
    });
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - began;
    throughput_ = static_cast<double>(task_.train.count()) / std::max(taken.count(), 1e-9);
  }

  // Means over the epoch, in which the weights moved.
  std::vector<double> train_losses() {
    std::vector<double> all;
    for (const auto& group : groups_) {
      for (const double loss : group->take_losses())
        all.push_back(loss / static_cast<double>(task_.train.count()));
    }
    return all;
  }

  [[nodiscard]] bool compares_by_criterion() const {
    return task_.validation && settings_.predictor == Predictor::binary &&
           settings_.selection.criterion != Criterion::loss;
  }

  struct Validated {
    std::vector<double> losses;
    std::vector<double> values;  // of the criterion; may be empty
  };

  Validated validate() {
    const Examples& rows = *task_.validation;
    const std::size_t lanes = kernels().linear.lanes;
    Validated all{.losses = std::vector<double>(variants_.size())};
    if (compares_by_criterion()) all.values.resize(variants_.size());
    parallel_.run(groups_.size(), [&](std::size_t number) {
      Group& group = *groups_[number];
      std::vector<float> scores(all.values.empty() ? 0
                                                   : std::min(sampled_rows, rows.count()) * lanes);
      const auto take = [&](std::size_t first, std::span<const float> some) {
        if (first * lanes >= scores.size()) return;
        std::copy_n(some.begin(), std::min(some.size(), scores.size() - first * lanes),
                    scores.begin() + static_cast<std::ptrdiff_t>(first * lanes));
      };
      const std::vector<double> losses = group.evaluate(rows, take);
      for (std::size_t model = 0; model < group.models(); ++model) {
        all.losses[number * lanes + model] = losses[model] / static_cast<double>(rows.count());
        if (!all.values.empty())
          all.values[number * lanes + model] = value_of(scores, model, losses[model]);
      }
    });
    return all;
  }

  // Raw scores: their order and the threshold 0 are those of the answers.
  [[nodiscard]] double value_of(std::span<const float> scores, std::size_t model,
                                double loss) const {
    if (!std::isfinite(loss)) return -std::numeric_limits<double>::infinity();
    const std::size_t lanes = kernels().linear.lanes;
    std::vector<float> own(scores.size() / lanes);
    for (std::size_t row = 0; row < own.size(); ++row) own[row] = scores[row * lanes + model];
    return calibrate(own, std::span(task_.validation->labels).first(own.size()),
                     settings_.selection, 0)
        .value;
  }

  static std::vector<Standing> standings(const std::vector<double>& losses,
                                         const std::vector<double>& values) {
    std::vector<Standing> all;
    for (std::size_t model = 0; model < losses.size(); ++model) {
      Standing standing;
      if (std::isfinite(losses[model]))
        standing = {.cost = values.empty() ? losses[model] : -values[model], .loss = losses[model]};
      all.push_back(standing);
    }
    return all;
  }

  // One model for each kind of regularisation, from where the epochs brought the best of that kind.
  struct Candidates {
    std::vector<Variant> variants;
    std::vector<Weights> starts;
    std::vector<double> losses;
  };

  [[nodiscard]] Candidates candidates() const {
    const std::size_t lanes = kernels().linear.lanes;
    Candidates all;
    for (std::size_t model = 0; model < variants_.size(); ++model) {
      const Variant& variant = variants_[model];
      if (!can_refine(settings_.loss.kind, variant) || !std::isfinite(last_losses_[model]))
        continue;
      const auto alike = std::ranges::find_if(all.variants, [&](const Variant& other) {
        return other.weight_decay == variant.weight_decay &&
               other.positive_weight == variant.positive_weight;
      });
      const auto place = static_cast<std::size_t>(alike - all.variants.begin());
      Weights weights = groups_[model / lanes]->weights_of(model % lanes);
      if (alike == all.variants.end()) {
        if (place == lanes) continue;
        all.variants.push_back(variant);
        all.starts.push_back(std::move(weights));
        all.losses.push_back(last_losses_[model]);
      } else if (last_losses_[model] < all.losses[place]) {
        all.variants[place] = variant;
        all.starts[place] = std::move(weights);
        all.losses[place] = last_losses_[model];
      }
    }
    return all;
  }

  // From here on only the refined models compete.
  void refine_best() {
    if (settings_.refinements == 0) return;
    const std::size_t weights = options_.columns * options_.outputs * kernels().linear.lanes;
    if (weights > refined_weights) {
      training_.info("The models have too many weights for steps over all rows");
      return;
    }
    Candidates all = candidates();
    if (all.variants.empty()) return;
    const std::vector<Weights> refined =
        refine(options_, all.variants, all.starts, task_.train,
               {.most_iterations = settings_.refinements, .stopped = training_.stopped}, parallel_);
    Standing best;
    for (std::size_t i = 0; i < refined.size(); ++i) {
      const Standing standing = standing_of(refined[i], all.variants[i]);
      if (!(standing < best)) continue;
      best = standing;
      best_ = {.weights = refined[i], .variant = all.variants[i], .epoch = best_->epoch};
      best_standing_ = standing;
    }
  }

  [[nodiscard]] Standing standing_of(const Weights& weights, const Variant& variant) {
    const Examples& rows = task_.validation ? *task_.validation : task_.train;
    const Answers answers =
        answers_of(rows, {.weights = weights, .variant = variant, .epoch = 0}, options_);
    std::vector<double> values;
    if (compares_by_criterion())
      values.push_back(calibrate(answers.scores, rows.labels, settings_.selection,
                                 usual_threshold(settings_.loss.kind))
                           .value);
    return standings({answers.loss}, values)[0];
  }

  // Whether this epoch is better than any before it, by more than the tolerance.
  bool keep_best(std::size_t epoch, const std::vector<Standing>& all) {
    const auto winner =
        static_cast<std::size_t>(std::ranges::min_element(all, std::less{}) - all.begin());
    const Standing& standing = all[winner];
    if (!std::isfinite(standing.cost)) return false;
    const bool improved = !best_ || best_standing_.cost - standing.cost >
                                        settings_.tolerance * std::abs(best_standing_.cost);
    if (!best_ || standing < best_standing_) {
      const std::size_t lanes = kernels().linear.lanes;
      best_ = {.weights = groups_[winner / lanes]->weights_of(winner % lanes),
               .variant = variants_[winner],
               .epoch = epoch};
      best_standing_ = standing;
    }
    return improved;
  }

  void report(std::size_t epoch, std::string_view part, double loss) const {
    training_.info(quality_line("epoch=" + std::to_string(epoch) + ", " + std::string(part) + " " +
                                    std::string(objective_name(settings_.loss.kind)) + " <loss>",
                                loss));
  }

  [[nodiscard]] std::string criterion_name() const {
    using enum Criterion;
    if (!compares_by_criterion()) return std::string(objective_name(settings_.loss.kind));
    switch (settings_.selection.criterion) {
      case f_beta:
        return "sampled_f_" + fixed_text(settings_.selection.beta);
      case precision_at_recall:
        return "sampled_precision_at_target_recall";
      case recall_at_precision:
        return "sampled_recall_at_target_precision";
      case accuracy:
      case loss:
        break;
    }
    return "sampled_accuracy";
  }

  // Compares, reports; false when the training is to end.
  bool finish(std::size_t epoch) {
    std::vector<double> losses = train_losses();
    report(epoch, "train", *std::ranges::min_element(losses));
    std::vector<double> values;
    if (task_.validation) {
      Validated validated = validate();
      losses = std::move(validated.losses);
      values = std::move(validated.values);
    }
    last_losses_ = losses;
    const std::vector<Standing> all = standings(losses, values);
    const Standing best = *std::ranges::min_element(all, std::less{});
    if (task_.validation)
      report(epoch, "validation",
             in_units_of_label(settings_.loss.kind, best.loss, task_.label_factor));
    training_.info("#early_stopping_criteria_metric: host=algo-1, epoch=" + std::to_string(epoch) +
                   ", criteria=" + criterion_name() +
                   ", value=" + number_text(values.empty() ? best.cost : -best.cost));
    const bool improved = keep_best(epoch, all);
    patience_ = improved ? 0 : patience_ + 1;
    training_.info(improved
                       ? "Epoch " + std::to_string(epoch) + ": Loss improved. Updating best model"
                       : "Epoch " + std::to_string(epoch) + ": Loss has not improved for " +
                             std::to_string(patience_) + " epochs.");
    const bool goes_on = patience_ < settings_.patience;
    if (!goes_on) training_.info("Early stop condition met. Stopping training.");
    const double part = static_cast<double>(epoch + 1) /
                        static_cast<double>(goes_on ? settings_.epochs : epoch + 1);
    training_.info(progress_line(100 * part));
    training_.info(throughput_line(throughput_));
    return goes_on;
  }

  const Task& task_;
  const Settings& settings_;
  const Training& training_;
  Parallel& parallel_;
  GroupOptions options_;
  std::vector<std::size_t> batches_;
  std::vector<Variant> variants_;
  Groups groups_;
  std::atomic<bool> stopped_ = false;
  std::optional<Fitted> best_;
  Standing best_standing_;
  std::vector<double> last_losses_;
  std::size_t patience_ = 0;
  double throughput_ = 0;
};

}  // namespace

std::size_t rows_of_a_step(const Settings& settings, std::size_t rows) {
  constexpr std::size_t usual = 1000;
  constexpr std::size_t few = 16;
  constexpr std::size_t steps = 20;
  if (settings.mini_batch_size) return *settings.mini_batch_size;
  return std::clamp(rows / steps, few, usual);
}

GroupOptions group_options(const Settings& settings, const Examples& train) {
  GroupOptions options{.columns = train.features.columns,
                       .outputs = settings.outputs,
                       .loss = settings.loss,
                       .steps = settings.steps,
                       .schedule = schedule_of(settings, train.count())};
  if (settings.predictor == Predictor::multiclass && settings.balance_classes)
    options.class_weights = class_weights_of(train.labels, settings.outputs);
  return options;
}

Fitted fit(const Task& task, const Training& training, Parallel& parallel) {
  return Fitting(task, training, parallel).run();
}

Answers answers_of(const Examples& examples, const Fitted& fitted, const GroupOptions& options) {
  Group group(options, {&fitted.variant, 1}, fitted.weights, kernels());
  const std::size_t lanes = group.lanes();
  Answers answers{.scores = std::vector<float>(examples.count() * options.outputs)};
  const auto take = [&](std::size_t first, std::span<const float> some) {
    float* const to = answers.scores.data() + first * options.outputs;
    for (std::size_t i = 0; i < some.size() / lanes; ++i) to[i] = some[i * lanes];
    for (std::size_t i = 0; i < some.size() / lanes; i += options.outputs)
      make_answers(options.loss.kind, {to + i, options.outputs});
  };
  answers.loss = group.evaluate(examples, take)[0] / static_cast<double>(examples.count());
  return answers;
}

}  // namespace millrace::learn::linear_learner
