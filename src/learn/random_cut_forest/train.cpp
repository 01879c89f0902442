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
#include <limits>
#include <optional>
#include <string>

namespace millrace::learn::random_cut_forest {
namespace {

struct Settings {
  std::size_t feature_dim = 0;
  std::size_t shingle = 1;
  ForestOptions forest;
  bool measures_accuracy = true;
  bool measures_f1 = true;
};

bool is_true(std::string_view flag) { return base::lower(flag) == "true" || flag == "1"; }

void check_width(std::size_t feature_dim, std::size_t shingle) {
  constexpr std::size_t widest_window = 10000;
  if (feature_dim * shingle <= widest_window) return;
  throw ClientError("feature_dim is " + std::to_string(feature_dim) + " and _shingle_size " +
                    std::to_string(shingle) + ", but windows of more than " +
                    std::to_string(widest_window) + " values are not trained on");
}

Settings read_settings(const HyperparameterMap& given) {
  const Hyperparameters values(contract(), given);
  check_width(values.count("feature_dim"), values.count("_shingle_size"));
  return {.feature_dim = values.count("feature_dim"),
          .shingle = values.count("_shingle_size"),
          .forest = ForestOptions{.trees = values.count("num_trees"),
                                  .samples_per_tree = values.count("num_samples_per_tree"),
                                  .own_samples = is_true(values.text("_own_samples")),
                                  .seed = values.count("_seed")},
          .measures_accuracy = values.lists("eval_metrics", "accuracy"),
          .measures_f1 = values.lists("eval_metrics", "precision_recall_fscore")};
}

// Shuffled rows are no stream.
void check_order(const std::vector<Channel>& channels, std::size_t shingle) {
  if (shingle == 1) return;
  for (const Channel& channel : channels) {
    if (channel.shuffle_seed)
      throw ClientError("The channel " + channel.name +
                        " is shuffled, which _shingle_size does not go with: windows are made of "
                        "consecutive rows");
  }
}

// The windows of a channel.
Windows windows_of(std::string_view channel, const table::Dataset& rows, std::size_t shingle) {
  const Windows windows = shingles(rows_of(rows.features), shingle);
  if (windows.count > 0) return windows;
  throw ClientError("_shingle_size is " + std::to_string(shingle) + ", but the channel " +
                    std::string(channel) + " has only " + std::to_string(rows.features.rows) +
                    " rows");
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

// Of one number a tree: all of them, and what they are together.
class Spread {
 public:
  void add(std::size_t number) {
    list_ += std::to_string(number) + ", ";
    least_ = std::min(least_, number);
    most_ = std::max(most_, number);
    sum_ += number;
    ++count_;
  }
  [[nodiscard]] const std::string& list() const { return list_; }
  [[nodiscard]] std::string least() const { return std::to_string(least_); }
  [[nodiscard]] std::string most() const { return std::to_string(most_); }
  [[nodiscard]] std::string mean() const { return std::to_string(sum_ / count_); }

 private:
  std::string list_;
  std::size_t least_ = std::numeric_limits<std::size_t>::max();
  std::size_t most_ = 0;
  std::size_t sum_ = 0;
  std::size_t count_ = 0;
};

std::string describe(const Forest& forest) {
  Spread nodes;
  Spread depths;
  std::size_t bytes = 0;
  for (const Tree& tree : forest.trees) {
    nodes.add(tree.nodes.size() + tree.leaves.size());
    std::size_t depth = 0;
    for (const Leaf& leaf : tree.leaves) depth = std::max<std::size_t>(depth, leaf.depth);
    depths.add(depth);
    bytes += tree.nodes.size() * sizeof(tree.nodes[0]) + tree.leaves.size() * sizeof(Leaf);
  }
  const std::size_t samples = forest.trees.front().mass;
  const std::size_t trees = forest.trees.size();
  return "ForestInfo{num_trees: " + std::to_string(trees) +
         ", num_samples_in_forest: " + std::to_string(trees * samples) +
         ", num_samples_per_tree: " + std::to_string(samples) +
         ", sample_dim: " + std::to_string(forest.features()) +
         ", shingle_size: " + std::to_string(forest.shingle) + ", trees_num_nodes: [" +
         nodes.list() + "], trees_depth: [" + depths.list() + "], max_num_nodes: " + nodes.most() +
         ", min_num_nodes: " + nodes.least() + ", avg_num_nodes: " + nodes.mean() +
         ", max_tree_depth: " + depths.most() + ", min_tree_depth: " + depths.least() +
         ", avg_tree_depth: " + depths.mean() + ", mem_size: " + std::to_string(bytes) + "}";
}

Forest build(const Windows& rows, const Settings& settings, const Training& training,
             Parallel& parallel) {
  const auto began = std::chrono::steady_clock::now();
  Forest forest = plant(rows, settings.forest, parallel, training.stopped);
  forest.shingle = settings.shingle;
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - began;
  if (forest.trees.size() < settings.forest.trees)
    training.info("Stopped: the forest has " + std::to_string(forest.trees.size()) + " of " +
                  std::to_string(settings.forest.trees) + " trees.");
  else
    training.info(progress_line(100));
  training.info(throughput_line(static_cast<double>(rows.count) / std::max(taken.count(), 1e-9)));
  training.info("Building Random Cut Forest...");
  training.info("Random Cut Forest built: \n" + describe(forest));
  return forest;
}

void measure(const table::Dataset& test, const Forest& forest, const Settings& settings,
             const Training& training, Parallel& parallel) {
  const Windows rows = windows_of("test", test, settings.shingle);
  const auto labels = std::span(test.labels).last(rows.count);
  std::vector<float> scores(rows.count);
  parallel.split(rows.count, [&](std::size_t, std::size_t first, std::size_t last) {
    score(forest, rows.part(first, last - first), std::span(scores).subspan(first, last - first));
  });
  const auto say = [&](std::string_view name, double value) {
    training.info(quality_line("test " + std::string(name) + " <score>", value));
  };
  if (settings.measures_accuracy) say("accuracy", accuracy(scores, labels));
  if (!settings.measures_f1) return;
  for (const auto& [name, value] : precision_recall_f1(scores, labels)) say(name, value);
}

}  // namespace

void train(const HyperparameterMap& hyperparameters, const std::vector<Channel>& channels,
           const Training& training) {
  const Settings settings = read_settings(hyperparameters);
  check_channels(contract(), channels);
  check_order(channels, settings.shingle);
  const double bytes = forest_bytes(settings.forest, settings.feature_dim * settings.shingle);
  check_memory(bytes, "forest", "reduce num_trees or num_samples_per_tree", training);
  RecordOptions options{.feature_dim = settings.feature_dim, .threads = training.threads};
  // The forest is there a second time while it is written.
  check_peak(estimate_records(channels, options).bytes + 2 * bytes,
             "reduce num_trees or num_samples_per_tree, or train on fewer rows", training);
  const table::Dataset rows = read_required(channels, "train", options);
  const Windows windows = windows_of("train", rows, settings.shingle);
  check_rows(windows.count, settings.forest);
  options.labels = Labels::required;
  const std::optional<table::Dataset> test = read_optional(channels, "test", options);
  if (test) check_labels(test->labels);
  if (test) (void)windows_of("test", *test, settings.shingle);
  Parallel parallel(training.threads);
  const Forest forest = build(windows, settings, training, parallel);
  if (test)
    measure(*test, forest, settings, training, parallel);
  else
    training.info("Test data is not provided.");
  save_forest(training.model_folder, forest);
}

}  // namespace millrace::learn::random_cut_forest
