#include "learn/random_cut_forest/train.hpp"

#include "base/text.hpp"
#include "learn/channels.hpp"
#include "learn/hyperparameters.hpp"
#include "learn/memory.hpp"
#include "learn/metric_log.hpp"
#include "learn/random_cut_forest/contract.hpp"
#include "learn/random_cut_forest/evaluation.hpp"
#include "learn/random_cut_forest/forest.hpp"
#include "learn/random_cut_forest/model.hpp"
#include "learn/records.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

namespace millrace::learn::random_cut_forest {
namespace {

struct Settings {
  std::size_t feature_dim = 0;
  ForestOptions forest;
  bool measures_accuracy = true;
  bool measures_f1 = true;
};

bool is_true(std::string_view flag) { return base::lower(flag) == "true" || flag == "1"; }

Settings read_settings(const HyperparameterMap& given) {
  const Hyperparameters values(contract(), given);
  return {.feature_dim = values.count("feature_dim"),
          .forest = ForestOptions{.trees = values.count("num_trees"),
                                  .samples_per_tree = values.count("num_samples_per_tree"),
                                  .own_samples = is_true(values.text("_own_samples")),
                                  .seed = values.count("_seed")},
          .measures_accuracy = values.lists("eval_metrics", "accuracy"),
          .measures_f1 = values.lists("eval_metrics", "precision_recall_fscore")};
}

void check_rows(std::size_t rows, const ForestOptions& options) {
  if (samples_of_a_tree(options, rows) > 0) return;
  throw ClientError("The number of trees num_trees is " + std::to_string(options.trees) +
                    ", but the training data has only " + std::to_string(rows) +
                    " rows, and each tree needs one of its own");
}

// Labels are 0 for an ordinary row and 1 for an anomaly.
void check_labels(std::span<const float> labels) {
  const auto wrong =
      std::ranges::find_if_not(labels, [](float label) { return label == 0 || label == 1; });
  if (wrong == labels.end()) return;
  throw ClientError("The label of row " + std::to_string(wrong - labels.begin() + 1) +
                    " of the test channel is neither 0 nor 1");
}

std::string describe(const Forest& forest) {
  std::size_t nodes = 0;
  std::size_t depth = 0;
  for (const Tree& tree : forest.trees) {
    nodes += tree.nodes.size() + tree.leaves.size();
    for (const Leaf& leaf : tree.leaves) depth = std::max<std::size_t>(depth, leaf.depth);
  }
  const std::size_t samples = forest.trees.front().mass;
  const std::size_t trees = forest.trees.size();
  return "ForestInfo{num_trees: " + std::to_string(trees) +
         ", num_samples_in_forest: " + std::to_string(trees * samples) +
         ", num_samples_per_tree: " + std::to_string(samples) +
         ", sample_dim: " + std::to_string(forest.columns) +
         ", avg_num_nodes: " + std::to_string(nodes / trees) +
         ", max_tree_depth: " + std::to_string(depth) + "}";
}

Forest build(const Rows& rows, const Settings& settings, const Training& training,
             Parallel& parallel) {
  const auto began = std::chrono::steady_clock::now();
  training.info("Building Random Cut Forest...");
  Forest forest = plant(rows, settings.forest, parallel);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - began;
  training.info(progress_line(100));
  training.info(throughput_line(static_cast<double>(rows.count) / std::max(taken.count(), 1e-9)));
  training.info("Random Cut Forest built: " + describe(forest));
  return forest;
}

void measure(const table::Dataset& test, const Forest& forest, const Settings& settings,
             const Training& training, Parallel& parallel) {
  const Rows rows = rows_of(test.features);
  std::vector<float> scores(rows.count);
  parallel.split(rows.count, [&](std::size_t, std::size_t first, std::size_t last) {
    score(forest, rows.part(first, last - first), std::span(scores).subspan(first, last - first));
  });
  const auto say = [&](std::string_view name, double value) {
    training.info(quality_line("test " + std::string(name) + " <score>", value));
  };
  if (settings.measures_accuracy) say("accuracy", accuracy(scores, test.labels));
  if (!settings.measures_f1) return;
  for (const auto& [name, value] : precision_recall_f1(scores, test.labels)) say(name, value);
}

}  // namespace

void train(const HyperparameterMap& hyperparameters, const std::vector<Channel>& channels,
           const Training& training) {
  const Settings settings = read_settings(hyperparameters);
  check_channels(contract(), channels);
  check_memory(forest_bytes(settings.forest, settings.feature_dim), "forest",
               "reduce num_trees or num_samples_per_tree", training);
  RecordOptions options{.feature_dim = settings.feature_dim, .threads = training.threads};
  // The forest is there a second time while it is written.
  check_peak(estimate_records(channels, options).bytes +
                 2 * forest_bytes(settings.forest, settings.feature_dim),
             "reduce num_trees or num_samples_per_tree, or train on fewer rows", training);
  const table::Dataset rows = read_required(channels, "train", options);
  check_rows(rows.features.rows, settings.forest);
  options.labels = Labels::required;
  const std::optional<table::Dataset> test = read_optional(channels, "test", options);
  if (test) check_labels(test->labels);
  Parallel parallel(training.threads);
  const Forest forest = build(rows_of(rows.features), settings, training, parallel);
  if (test)
    measure(*test, forest, settings, training, parallel);
  else
    training.info("Test data is not provided.");
  save_forest(training.model_folder, forest);
}

}  // namespace millrace::learn::random_cut_forest
