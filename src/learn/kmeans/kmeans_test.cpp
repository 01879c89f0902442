// The steps of K-Means by hand-computed cases and by what must hold for any data.
#include "learn/kmeans/contract.hpp"
#include "learn/kmeans/lloyd.hpp"
#include "learn/kmeans/settings.hpp"
#include "learn/kmeans/start.hpp"
#include "learn/kmeans/train.hpp"
#include "learn/kmeans/web_scale.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace millrace::learn::kmeans {
namespace {

// `count` rows around each of `clusters` corners, ten apart.
std::vector<float> clustered(std::size_t clusters, std::size_t count, std::size_t columns,
                             std::uint64_t seed) {
  Draw draw(seed);
  std::vector<float> corners(clusters * columns);
  for (float& place : corners) place = static_cast<float>(10 * draw.below(5));
  std::vector<float> rows;
  for (std::size_t row = 0; row < clusters * count; ++row) {
    for (std::size_t i = 0; i < columns; ++i)
      rows.push_back(corners[row % clusters * columns + i] + static_cast<float>(draw.normal()));
  }
  return rows;
}

Training quiet(int threads) {
  return {.threads = threads, .print = [](std::string_view) {}, .info = [](std::string_view) {}};
}

// AWS's worked example: 100 rows taken up, 25 more; p = 25 / 125.
TEST(WebScale, MovesACenterByTheShareOfItsNewRows) {
  StreamedCenters state{.centers = {10, 0, 100, 100}, .weights = {100, 150}};
  std::vector<float> rows;
  for (int i = 0; i < 25; ++i) rows.insert(rows.end(), {20, 5});
  Parallel parallel(1);
  absorb(state, {rows, 25, 2}, 0, parallel);
  EXPECT_NEAR(state.centers[0], 0.8 * 10 + 0.2 * 20, 1e-5);
  EXPECT_NEAR(state.centers[1], 0.2 * 5, 1e-5);
  EXPECT_EQ(state.centers[2], 100);
  EXPECT_EQ(state.weights, (std::vector<float>{125, 150}));
}

TEST(WebScale, HalvesOldWeights) {
  StreamedCenters state{.centers = {0}, .weights = {8}};
  const std::vector<float> rows = {3, 3, 3, 3};
  Parallel parallel(1);
  absorb(state, {rows, 4, 1}, 4, parallel);
  EXPECT_EQ(state.weights[0], 8);  // 8 / 2 + 4
  EXPECT_NEAR(state.centers[0], 1.5, 1e-6);
}

TEST(Lloyd, FindsTheMeansOfTwoPairs) {
  const std::vector<float> rows = {0, 2, 10, 14};
  Parallel parallel(1);
  const LloydResult found = lloyd({rows, 4, 1}, {}, {0, 10}, {}, parallel);
  EXPECT_EQ(found.centers, (std::vector<float>{1, 12}));
  EXPECT_NEAR(found.loss, (1 + 1 + 4 + 4) / 4.0, 1e-9);
}

TEST(Lloyd, CountsWeights) {
  const std::vector<float> rows = {0, 4, 100};
  const std::vector<float> weights = {3, 1, 1};
  Parallel parallel(1);
  const LloydResult found = lloyd({rows, 3, 1}, weights, {0, 50}, {}, parallel);
  EXPECT_EQ(found.centers, (std::vector<float>{1, 100}));
  EXPECT_NEAR(found.loss, (3 * 1 + 9) / 5.0, 1e-6);
}

// Without bounds: each row to its nearest center, each center to the mean.
double plain_loss(const Rows& rows, std::vector<float> centers, std::size_t iterations) {
  Parallel parallel(1);
  const std::size_t count = centers.size() / rows.columns;
  for (std::size_t i = 0; i < iterations; ++i) {
    const auto nearest = find_nearest(rows, {centers, count, rows.columns}, parallel);
    std::vector<double> sums(centers.size());
    std::vector<double> sizes(count);
    for (std::size_t row = 0; row < rows.count; ++row) {
      ++sizes[nearest[row]];
      for (std::size_t c = 0; c < rows.columns; ++c)
        sums[nearest[row] * rows.columns + c] += static_cast<double>(rows.row(row)[c]);
    }
    for (std::size_t c = 0; c < centers.size(); ++c) {
      if (sizes[c / rows.columns] > 0)
        centers[c] = static_cast<float>(sums[c] / sizes[c / rows.columns]);
    }
  }
  return mean_squared_distance(rows, {centers, count, rows.columns}, parallel);
}

TEST(Lloyd, LosesNothingByItsBounds) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const auto values = clustered(8, 100, 5, seed);
    const Rows rows{values, 800, 5};
    Draw draw(seed);
    const auto start = first_centers(rows, {}, 12, Start::random, draw);
    Parallel parallel(1);
    const LloydResult found =
        lloyd(rows, {}, start, {.most_iterations = 15, .tolerance = 0}, parallel);
    EXPECT_NEAR(mean_squared_distance(rows, {found.centers, 12, 5}, parallel),
                plain_loss(rows, start, found.iterations), 1e-3);
  }
}

TEST(Lloyd, NeverLosesMoreThanBefore) {
  const auto values = clustered(6, 60, 3, 9);
  const Rows rows{values, 360, 3};
  Draw draw(4);
  const auto start = first_centers(rows, {}, 9, Start::plus_plus, draw);
  Parallel parallel(1);
  double before = std::numeric_limits<double>::infinity();
  for (std::size_t iterations = 1; iterations < 12; ++iterations) {
    const LloydResult found =
        lloyd(rows, {}, start, {.most_iterations = iterations, .tolerance = 0}, parallel);
    EXPECT_LE(found.loss, before + 1e-9);
    before = found.loss;
  }
}

TEST(Start, PlusPlusTakesDistantRows) {
  const std::vector<float> rows = {0, 0, 0, 0, 0, 100, 200, 300};
  Draw draw(1);
  const auto centers = first_centers({rows, 8, 1}, {}, 4, Start::plus_plus, draw);
  EXPECT_EQ(std::set(centers.begin(), centers.end()), (std::set<float>{0, 100, 200, 300}));
}

TEST(Start, RandomTakesEachRowOnceAndNoneWithoutWeight) {
  const std::vector<float> rows = {1, 2, 3, 4};
  const std::vector<float> weights = {1, 0, 1, 1};
  Draw draw(1);
  const auto centers = first_centers({rows, 4, 1}, weights, 3, Start::random, draw);
  EXPECT_EQ(std::set(centers.begin(), centers.end()), (std::set<float>{1, 3, 4}));
}

TEST(Cluster, FindsSeparatedClusters) {
  const auto values = clustered(20, 200, 6, 11);
  const Rows rows{values, 4000, 6};
  const Settings settings{.feature_dim = 6, .k = 20};
  const auto centers = cluster(rows, settings, quiet(2));
  Parallel parallel(1);
  EXPECT_NEAR(mean_squared_distance(rows, {centers, 20, 6}, parallel), 6, 0.3);
}

TEST(Cluster, IsTheSameFromTheSameSeed) {
  const auto values = clustered(5, 100, 4, 2);
  const Rows rows{values, 500, 4};
  const Settings settings{.feature_dim = 4, .k = 7, .mini_batch_size = 64};
  EXPECT_EQ(cluster(rows, settings, quiet(2)), cluster(rows, settings, quiet(2)));
}

TEST(Cluster, RefusesMoreClustersThanRows) {
  const std::vector<float> rows = {1, 2, 3};
  try {
    (void)cluster({rows, 3, 1}, {.feature_dim = 1, .k = 4}, quiet(1));
    FAIL();
  } catch (const ClientError& error) {
    EXPECT_STREQ(error.what(),
                 "The number of clusters k is 4, but the training data has only 3 rows");
  }
}

TEST(Cluster, TakesRowsThatAreAllTheSame) {
  const std::vector<float> rows(40, 7.5F);
  const auto centers = cluster({rows, 20, 2}, {.feature_dim = 2, .k = 3}, quiet(1));
  EXPECT_EQ(centers, std::vector<float>(6, 7.5F));
}

std::string violation(HyperparameterMap given) {
  given.try_emplace("k", "3");
  given.try_emplace("feature_dim", "2");
  return check_hyperparameters(contract(), given).value_or("");
}

TEST(Hyperparameters, AreCheckedAgainstASchema) {
  EXPECT_EQ(violation({{"extra_center_factor", "auto"},
                       {"eval_metrics", R"(["msd", "ssd"])"},
                       {"force_dense", "True"}}),
            "");
  EXPECT_EQ(violation({{"mini_batch_siz", "1"}}),
            "Additional properties are not allowed ('mini_batch_siz' was unexpected) (caused by "
            "ValidationError)");
  EXPECT_EQ(check_hyperparameters(contract(), {{"k", "2"}}),
            "'feature_dim' is a required property (caused by ValidationError)");
  EXPECT_EQ(violation({{"feature_dim", "abc"}}),
            "'abc' is not valid under any of the given schemas (caused by ValidationError)\n\n"
            "Failed validating hyperparameter 'feature_dim': it must be an integer in [1, +inf)");
  EXPECT_NE(violation({{"eval_metrics", R"(["mse"])"}}), "");
  EXPECT_NE(violation({{"local_lloyd_tol", "1.5"}}), "");
}

TEST(Settings, TakeWhatWasGivenAndTheDefaults) {
  const Settings settings = read_settings({{"k", "4"},
                                           {"feature_dim", "9"},
                                           {"init_method", "kmeans++"},
                                           {"extra_center_factor", "6"},
                                           {"eval_metrics", R"(["ssd"])"}});
  EXPECT_EQ(settings.k, 4U);
  EXPECT_EQ(settings.feature_dim, 9U);
  EXPECT_EQ(settings.start, Start::plus_plus);
  EXPECT_EQ(settings.extra_center_factor, 6U);
  EXPECT_EQ(settings.mini_batch_size, 5000U);
  EXPECT_EQ(settings.local_trials, 10U);
  EXPECT_FALSE(settings.measures_mean);
  EXPECT_TRUE(settings.measures_sum);
}

}  // namespace
}  // namespace millrace::learn::kmeans
