// Random cut trees by hand-computed cases and by what must hold for any data.
#include "learn/random_cut_forest/attribution.hpp"
#include "learn/random_cut_forest/contract.hpp"
#include "learn/random_cut_forest/evaluation.hpp"
#include "learn/random_cut_forest/forest.hpp"
#include "learn/random_cut_forest/model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <limits>

namespace millrace::learn::random_cut_forest {
namespace {

std::vector<float> normal(std::size_t count, std::uint64_t seed) {
  Draw draw(seed);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(draw.normal());
  return values;
}

Tree grown(const std::vector<float>& points, std::size_t columns, std::uint64_t seed) {
  Draw draw(seed);
  return grow({points, points.size() / columns, columns}, draw);
}

double score_of(const Tree& tree, const std::vector<float>& row) {
  return score(tree, row.data(), kernels());
}

Forest planted(const std::vector<float>& rows, std::size_t columns, const ForestOptions& options,
               int threads = 1) {
  Parallel parallel(threads);
  return plant({rows, rows.size() / columns, columns}, options, parallel);
}

float score_of(const Forest& forest, const std::vector<float>& row) {
  float out = 0;
  score(forest, {row, 1, forest.columns}, {&out, 1});
  return out;
}

TEST(Tree, ScoresARowOutsideByTheCutThatWouldPartIt) {
  const Tree tree = grown({0, 10}, 1, 1);
  ASSERT_EQ(tree.nodes.size(), 1U);
  EXPECT_EQ(tree.nodes[0].extent, 10);
  EXPECT_GE(tree.nodes[0].cut, 0);
  EXPECT_LT(tree.nodes[0].cut, 10);
  // The leaf at depth 1 gives 1 / 2; the box of length 10 is left by 10 more: p = 1 / 2.
  EXPECT_NEAR(score_of(tree, {20}), std::log2(3.0) * (0.5 * 1 + 0.5 * 0.5), 1e-12);
  EXPECT_NEAR(score_of(tree, {-30}), std::log2(3.0) * (0.75 * 1 + 0.25 * 0.5), 1e-12);
  EXPECT_NEAR(score_of(tree, {4}), std::log2(3.0) * 0.5, 1e-12);
}

TEST(Tree, DampsTheScoreOfAPointItKnows) {
  const Tree tree = grown({0, 10, 10, 10}, 1, 1);
  EXPECT_NEAR(score_of(tree, {0}), std::log2(5.0) * (1 - 1.0 / 8) / (1 + 1), 1e-12);
  EXPECT_NEAR(score_of(tree, {10}), std::log2(5.0) * (1 - 3.0 / 8) / (1 + 2), 1e-12);
}

TEST(Tree, IsOneLeafWherePointsAreEqual) {
  const Tree tree = grown({1, 2, 1, 2, 1, 2}, 2, 1);
  EXPECT_TRUE(tree.nodes.empty());
  ASSERT_EQ(tree.leaves.size(), 1U);
  EXPECT_EQ(tree.leaves[0].mass, 3U);
  EXPECT_NEAR(score_of(tree, {1, 2}), 2 * 0.5 / 2, 1e-12);
  EXPECT_NEAR(score_of(tree, {1, 3}), 2, 1e-12);
}

// Of each leaf: its point lies in the boxes above it, on its side of the cuts.
void expect_below(const Tree& tree, std::size_t leaf) {
  Place below = place_of_leaf(leaf);
  std::uint32_t depth = 0;
  for (Place at = tree.leaves[leaf].parent; at != above_root; ++depth) {
    const auto number = static_cast<std::size_t>(at);
    const Node& node = tree.nodes[number];
    const auto point = tree.point(leaf);
    EXPECT_EQ(separation(tree, number, point.data(), kernels()), 0);
    EXPECT_EQ(point[node.column] <= node.cut ? node.left : node.right, below);
    below = at;
    at = node.parent;
  }
  EXPECT_EQ(depth, tree.leaves[leaf].depth);
}

TEST(Tree, HoldsEveryPointOnItsSideOfTheCuts) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    auto points = normal(200 * 5, seed);
    points.insert(points.end(), points.begin(), points.begin() + 50 * 5);
    const Tree tree = grown(points, 5, seed);
    EXPECT_EQ(tree.mass, 250U);
    EXPECT_EQ(tree.leaves.size(), 200U);
    EXPECT_EQ(tree.nodes.size(), 199U);
    std::size_t mass = 0;
    for (std::size_t leaf = 0; leaf < tree.leaves.size(); ++leaf) {
      expect_below(tree, leaf);
      mass += tree.leaves[leaf].mass;
    }
    EXPECT_EQ(mass, 250U);
  }
}

TEST(Tree, CutsSidesInProportionToTheirLength) {
  std::size_t along_first = 0;
  for (std::uint64_t seed = 0; seed < 4000; ++seed)
    along_first += grown({0, 0, 3, 1}, 2, seed).nodes[0].column == 0 ? 1 : 0;
  EXPECT_NEAR(static_cast<double>(along_first) / 4000, 0.75, 0.03);
}

TEST(Tree, CutsWhereNoNumberLiesBetween) {
  const float next = std::nextafter(1.0F, 2.0F);
  for (std::uint64_t seed = 0; seed < 50; ++seed)
    EXPECT_EQ(grown({1, next}, 1, seed).nodes[0].cut, 1.0F);
}

// The theorem the forest stands on: what a tree of n points expects of one more is what trees of
// all n + 1 points have.
TEST(Tree, ExpectsWhatTreesWithTheRowInThemShow) {
  constexpr std::size_t trees = 6000;
  const auto points = normal(12 * 2, 5);
  for (const std::vector<float>& row : {std::vector<float>{0.1F, -0.2F}, {3, 1}, {9, -9}}) {
    auto with_row = points;
    with_row.insert(with_row.end(), row.begin(), row.end());
    double expected = 0;
    double shown = 0;
    for (std::uint64_t seed = 0; seed < trees; ++seed) {
      expected += score_of(grown(points, 2, seed), row) / std::log2(13.0);
      const Tree tree = grown(with_row, 2, seed + trees);
      for (std::size_t leaf = 0; leaf < tree.leaves.size(); ++leaf) {
        if (std::ranges::equal(tree.point(leaf), row)) shown += 1.0 / tree.leaves[leaf].depth;
      }
    }
    EXPECT_NEAR(expected / trees, shown / trees, 0.012);
  }
}

std::vector<double> attributed(const Tree& tree, const std::vector<float>& row) {
  std::vector<double> sums(2 * row.size());
  attribute(tree, row, sums);
  return sums;
}

// One cut parts two points: a row above both is parted at the root with the probability 2 / 3, else
// at the leaf.
TEST(Attribution, IsWhatTheBoxesSay) {
  const Tree tree = grown({0, 0, 1, 0}, 2, 1);
  const auto sums = attributed(tree, {3, 0});
  EXPECT_NEAR(sums[0], std::log2(3.0) * (2.0 / 3 + 1.0 / 3 / 2), 1e-12);
  EXPECT_EQ(sums[1] + sums[2] + sums[3], 0);
  const auto below = attributed(tree, {0, -2});
  EXPECT_NEAR(below[3], std::log2(3.0) * (2.0 / 3 + 1.0 / 3 / 2), 1e-12);
}

TEST(Attribution, OfAPointOfTheTreeIsEven) {
  const auto sums = attributed(grown({0, 0, 1, 0}, 2, 1), {1, 0});
  for (const double sum : sums)
    EXPECT_NEAR(sum, score_of(grown({0, 0, 1, 0}, 2, 1), {1, 0}) / 4, 1e-12);
}

TEST(Attribution, AddsUpToTheScore) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const Tree tree = grown(normal(200 * 6, seed), 6, seed);
    auto rows = normal(40 * 6, seed + 10);
    for (std::size_t row = 0; row < 40; ++row) {
      std::vector<float> values(rows.begin() + row * 6, rows.begin() + (row + 1) * 6);
      if (row % 4 == 0) values[row % 6] += 5;
      if (row % 10 == 0) values[row % 6] = 3e38F;
      double all = 0;
      for (const double sum : attributed(tree, values)) {
        EXPECT_GE(sum, 0);
        all += sum;
      }
      EXPECT_NEAR(all, score_of(tree, values), 1e-5 * all);
    }
  }
}

TEST(Attribution, NamesTheColumnThatIsOdd) {
  const auto values = normal(1000 * 5, 4);
  Parallel parallel(1);
  const Forest forest = plant({values, 1000, 5}, {.trees = 50, .samples_per_tree = 128}, parallel);
  for (std::size_t odd = 0; odd < 5; ++odd) {
    for (const float far : {6.0F, -6.0F}) {
      std::vector<float> row(5);
      row[odd] = far;
      std::vector<float> shares(10);
      attribute(forest, {row, 1, 5}, shares);
      const auto most = std::ranges::max_element(shares) - shares.begin();
      EXPECT_EQ(most, static_cast<std::ptrdiff_t>(far > 0 ? odd : 5 + odd));
      float all = 0;
      for (const float share : shares) all += share;
      EXPECT_GT(*std::ranges::max_element(shares), 0.8F * all);
    }
  }
}

TEST(Forest, ScoresRiseWithDistance) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const auto rows = normal(1000 * 4, seed);
    const Forest forest = planted(rows, 4, {.trees = 50, .samples_per_tree = 64, .seed = seed});
    const auto direction = normal(4, seed + 10);
    float before = 0;
    for (float distance = 0.125F; distance < 1e6F; distance *= 2) {
      std::vector<float> row = direction;
      for (float& value : row) value *= distance;
      const float now = score_of(forest, row);
      // Within the data a little farther may lie a little denser.
      EXPECT_TRUE(distance <= 4 || now >= before) << distance;
      before = now;
    }
    EXPECT_GT(before, 2 * score_of(forest, {0, 0, 0, 0}));
  }
}

TEST(Forest, GivesOrdinaryRowsScoresAboutOne) {
  const auto rows = normal(5000 * 3, 4);
  const Forest forest = planted(rows, 3, {});
  std::vector<float> scores(5000);
  score(forest, {rows, 5000, 3}, scores);
  double mean = 0;
  for (const float one : scores) mean += static_cast<double>(one) / 5000;
  EXPECT_NEAR(mean, 0.9, 0.3);
}

TEST(Forest, TakesTheGreatestNumbers) {
  constexpr float most = std::numeric_limits<float>::max();
  std::vector<float> rows = normal(60 * 2, 1);
  rows[0] = most;
  rows[3] = -most;
  const Forest forest = planted(rows, 2, {.trees = 1, .samples_per_tree = 60});
  for (const float value : {most, -most, 0.0F})
    EXPECT_TRUE(std::isfinite(score_of(forest, {value, -value})));
}

TEST(Forest, DealsTheSampleOutEvenly) {
  EXPECT_EQ(samples_of_a_tree({.trees = 50, .samples_per_tree = 512, .own_samples = false}, 4032),
            80U);
  EXPECT_EQ(samples_of_a_tree({.trees = 100, .samples_per_tree = 256}, 1000000), 256U);
  EXPECT_EQ(samples_of_a_tree({.trees = 50, .own_samples = false}, 49), 0U);
  const auto rows = normal(130, 1);
  const Forest forest =
      planted(rows, 1, {.trees = 60, .samples_per_tree = 256, .own_samples = false});
  std::vector<float> taken;
  for (const Tree& tree : forest.trees) {
    EXPECT_EQ(tree.mass, 2U);
    taken.insert(taken.end(), tree.points.begin(), tree.points.end());
  }
  std::ranges::sort(taken);
  EXPECT_TRUE(std::ranges::adjacent_find(taken) == taken.end());
}

TEST(Forest, LetsEachTreeDrawFromAllRowsWhereThereAreFew) {
  const auto rows = normal(130, 1);
  const ForestOptions options{.trees = 60, .samples_per_tree = 100};
  const Forest forest = planted(rows, 1, options);
  for (const Tree& tree : forest.trees) EXPECT_EQ(tree.mass, 100U);
  EXPECT_NE(forest.trees[0].points, forest.trees[1].points);
  EXPECT_EQ(to_arrays(forest), to_arrays(planted(rows, 1, options, 3)));
  EXPECT_EQ(planted({1}, 1, options).trees[0].mass, 1U);
}

TEST(Forest, IsTheSameFromTheSameSeedWithAnyNumberOfThreads) {
  const auto rows = normal(3000 * 3, 2);
  const ForestOptions options{.trees = 50, .samples_per_tree = 40, .seed = 7};
  const auto one = to_arrays(planted(rows, 3, options));
  EXPECT_EQ(one, to_arrays(planted(rows, 3, options, 3)));
  EXPECT_NE(one, to_arrays(planted(rows, 3, {.trees = 50, .samples_per_tree = 40, .seed = 8})));
}

TEST(Model, IsTheSameAfterReading) {
  auto rows = normal(900 * 3, 6);
  std::fill(rows.begin(), rows.begin() + 300, 0.5F);
  const Forest forest = planted(rows, 3, {.trees = 50, .samples_per_tree = 18});
  const Forest read = from_arrays(to_arrays(forest));
  ASSERT_EQ(read.trees.size(), 50U);
  std::vector<float> before(900);
  std::vector<float> after(900);
  score(forest, {rows, 900, 3}, before);
  score(read, {rows, 900, 3}, after);
  EXPECT_EQ(before, after);
}

// Five points of two numbers, three of them a window.
TEST(Shingles, AreTheConsecutivePointsOldestFirst) {
  const std::vector<float> points = {0, 10, 1, 11, 2, 12, 3, 13, 4, 14};
  const Windows windows = shingles({points, 5, 2}, 3);
  ASSERT_EQ(windows.count, 3U);
  ASSERT_EQ(windows.columns, 6U);
  EXPECT_TRUE(std::ranges::equal(windows.row(0), std::vector<float>{0, 10, 1, 11, 2, 12}));
  EXPECT_TRUE(std::ranges::equal(windows.row(2), std::vector<float>{2, 12, 3, 13, 4, 14}));
  EXPECT_TRUE(std::ranges::equal(windows.part(1, 2).row(1), windows.row(2)));
  EXPECT_EQ(shingles({points, 5, 2}, 5).count, 1U);
  EXPECT_EQ(shingles({points, 5, 2}, 6).count, 0U);
  EXPECT_EQ(shingles({points, 5, 2}, 100).count, 0U);
  EXPECT_EQ(shingles({points, 5, 2}, 1).count, 5U);
}

// The same forest from windows in the stream as from a copy of each.
TEST(Shingles, ArePlantedAndScoredAsRowsOfTheirOwn) {
  const auto stream = normal(400 * 2, 3);
  const Windows windows = shingles({stream, 400, 2}, 4);
  std::vector<float> copied;
  for (std::size_t i = 0; i < windows.count; ++i) {
    const auto row = windows.row(i);
    copied.insert(copied.end(), row.begin(), row.end());
  }
  Parallel parallel(1);
  const ForestOptions options{.trees = 50, .samples_per_tree = 32, .seed = 3};
  const Forest forest = plant(windows, options, parallel);
  EXPECT_EQ(to_arrays(forest), to_arrays(planted(copied, 8, options)));
  std::vector<float> of_windows(windows.count);
  std::vector<float> of_copies(windows.count);
  score(forest, windows, of_windows);
  score(forest, {copied, windows.count, 8}, of_copies);
  EXPECT_EQ(of_windows, of_copies);
}

struct Stream {
  std::vector<float> points = normal(500, 8);
  std::filesystem::path folder;

  explicit Stream(std::size_t shingle)
      : folder(std::filesystem::path(testing::TempDir()) / "random_cut_forest_stream") {
    Parallel parallel(1);
    Forest forest =
        plant(shingles({points, 500, 1}, shingle), {.trees = 50, .samples_per_tree = 64}, parallel);
    forest.shingle = shingle;
    std::filesystem::create_directories(folder);
    save_forest(folder, forest);
  }
  ~Stream() { std::filesystem::remove_all(folder); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
};

std::vector<float> predicted(const Model& model, std::size_t columns, std::vector<float> values) {
  const std::size_t rows = values.size() / columns;
  std::vector<float> out(rows * model.width(), -1);
  model.predict({.rows = rows, .columns = columns, .values = std::move(values)}, out);
  return out;
}

TEST(Shingles, OfARequestBeginWithItsFirstPoint) {
  const Stream stream(3);
  const auto model = load_model(stream.folder);
  EXPECT_EQ(model->features(), 1U);
  const auto scores = predicted(*model, 1, {0.1F, 0.2F, 0.3F, 9, 0.1F});
  EXPECT_EQ(scores[0], 0);
  EXPECT_EQ(scores[1], 0);
  EXPECT_GT(scores[3], scores[2]);
  const auto windows = predicted(*model, 3, {0.1F, 0.2F, 0.3F, 0.2F, 0.3F, 9, 0.3F, 9, 0.1F});
  EXPECT_EQ(windows, (std::vector<float>{scores[2], scores[3], scores[4]}));
  EXPECT_THROW((void)predicted(*model, 1, {0.1F, 0.2F}), PredictionError);
  EXPECT_THROW((void)predicted(*model, 2, {0.1F, 0.2F, 1, 1}), PredictionError);
}

TEST(Shingles, AreAttributedPointByPoint) {
  const Stream stream(3);
  const auto loaded = load_model(stream.folder);
  const Model& model = *loaded->verbose();
  ASSERT_EQ(model.width(), 7U);
  const auto told = predicted(model, 1, {0.1F, 0.2F, 0.3F, 20, 0.1F});
  for (std::size_t i = 0; i < 2 * model.width(); ++i) EXPECT_EQ(told[i], 0);
  // The fourth point ends one window and is in the middle of the next.
  EXPECT_GT(told[3 * 7 + 1 + 2], 0.7F * told[std::size_t{3} * 7]);
  EXPECT_GT(told[4 * 7 + 1 + 1], 0.7F * told[std::size_t{4} * 7]);
}

TEST(Forest, KeepsTheTreesItHasWhenStopped) {
  const auto rows = normal(300, 1);
  std::atomic<int> asked = 0;
  for (const int threads : {1, 2}) {
    Parallel parallel(threads);
    const auto options = ForestOptions{.trees = 50, .samples_per_tree = 20};
    asked = 0;
    const Forest some =
        plant({rows, 300, 1}, options, parallel, [&] { return asked.fetch_add(1) >= 7; });
    EXPECT_EQ(some.trees.size(), 8U);
    EXPECT_EQ(plant({rows, 300, 1}, options, parallel, [] { return true; }).trees.size(), 1U);
  }
}

TEST(Model, RefusesAWindowThatDoesNotFit) {
  auto forest = planted({1, 2, 3, 4}, 2, {.trees = 2});
  forest.shingle = 2;
  auto arrays = to_arrays(forest);
  EXPECT_EQ(from_arrays(arrays).shingle, 2U);
  for (const float wrong : {0.0F, -1.0F, 3.0F, std::nanf("")}) {
    arrays.back().values[0] = wrong;
    EXPECT_THROW((void)from_arrays(arrays), ModelError);
  }
}

TEST(Model, RefusesArraysThatDoNotFit) {
  const auto whole = to_arrays(planted({1, 2, 3, 4}, 1, {.trees = 2}));
  for (std::size_t array = 0; array < whole.size(); ++array) {
    auto damaged = whole;
    damaged[array].values.pop_back();
    EXPECT_THROW((void)from_arrays(damaged), ModelError);
    damaged.erase(damaged.begin() + static_cast<std::ptrdiff_t>(array));
    EXPECT_THROW((void)from_arrays(damaged), ModelError);
  }
  for (const float wrong : {-2.0F, 1.0F, std::nanf("")}) {
    auto damaged = whole;
    damaged[0].values[0] = wrong;
    EXPECT_THROW((void)from_arrays(damaged), ModelError);
  }
}

// One row of twenty is far above the rest; one of the rest is labelled an anomaly too.
TEST(Evaluation, FindsAnomaliesBeyondThreeDeviations) {
  std::vector<float> scores(20, 1);
  std::vector<float> labels(20);
  scores[4] = 9;
  labels[4] = 1;
  labels[5] = 1;
  EXPECT_NEAR(accuracy(scores, labels), 19.0 / 20, 1e-12);
  const auto found = precision_recall_f1(scores, labels);
  const std::vector<double> expected = {1, 0.5, 2.0 / 3, 18.0 / 19, 1, 36.0 / 37};
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i].value, expected[i], 1e-12);
  EXPECT_EQ(found[2].name, "f1");
}

TEST(Evaluation, IsZeroWhereNothingIsFound) {
  const std::vector<float> same(10, 1);
  const auto found = precision_recall_f1(same, std::vector<float>(10));
  EXPECT_EQ(found[0].value, 0);
  EXPECT_EQ(found[2].value, 0);
  EXPECT_EQ(accuracy(same, std::vector<float>(10)), 1);
}

std::string violation(HyperparameterMap given) {
  given.try_emplace("feature_dim", "2");
  return check_hyperparameters(contract(), given).value_or("");
}

TEST(Hyperparameters, AreCheckedAgainstASchema) {
  EXPECT_EQ(violation({{"num_trees", "50"},
                       {"num_samples_per_tree", "2048"},
                       {"eval_metrics", R"(["accuracy"])"},
                       {"mini_batch_size", "1000"},
                       {"force_dense", "True"}}),
            "");
  EXPECT_NE(violation({{"num_trees", "49"}}), "");
  EXPECT_NE(violation({{"num_samples_per_tree", "2049"}}), "");
  EXPECT_NE(violation({{"feature_dim", "10001"}}), "");
  EXPECT_NE(violation({{"eval_metrics", R"(["f1"])"}}), "");
  EXPECT_NE(violation({{"num_tree", "50"}}), "");
}

}  // namespace
}  // namespace millrace::learn::random_cut_forest
