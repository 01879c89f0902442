// Components by hand-computed cases and by what must hold for any data.
#include "learn/draw.hpp"
#include "learn/pca/components.hpp"
#include "learn/pca/contract.hpp"
#include "learn/pca/model.hpp"
#include "learn/symmetric.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace millrace::learn::pca {
namespace {

// `rank` random directions, each of half the weight of the one before it, and a little noise.
std::vector<float> ranked(std::size_t rows, std::size_t columns, std::size_t rank,
                          std::uint64_t seed) {
  Draw draw(seed);
  std::vector<double> directions(rank * columns);
  for (double& value : directions) value = draw.normal();
  std::vector<float> values;
  for (std::size_t row = 0; row < rows; ++row) {
    std::vector<double> sum(columns, 5);
    for (std::size_t i = 0; i < rank; ++i) {
      const double share = draw.normal() * std::exp2(-static_cast<double>(i));
      for (std::size_t j = 0; j < columns; ++j) sum[j] += share * directions[i * columns + j];
    }
    for (const double value : sum)
      values.push_back(static_cast<float>(value + 0.001 * draw.normal()));
  }
  return values;
}

double product(const Components& components, std::size_t a, std::size_t b) {
  const std::size_t count = components.singular.size();
  double sum = 0;
  for (std::size_t i = 0; i < components.features; ++i) {
    sum += static_cast<double>(components.vectors[i * count + a]) *
           static_cast<double>(components.vectors[i * count + b]);
  }
  return sum;
}

void expect_orthonormal(const Components& components) {
  for (std::size_t a = 0; a < components.singular.size(); ++a) {
    for (std::size_t b = 0; b <= a; ++b)
      EXPECT_NEAR(product(components, a, b), a == b ? 1 : 0, 1e-5) << a << ", " << b;
  }
}

// Rows (+-3, 0) and (0, +-1) around (10, 20): s^2 is 18 and 2.
TEST(Pca, FindsTheAxesOfACross) {
  const std::vector<float> rows = {13, 20, 7, 20, 10, 21, 10, 19};
  Parallel parallel(1);
  const Components found = regular_components({rows, 4, 2}, 2, true, parallel);
  EXPECT_EQ(found.mean, (std::vector<float>{10, 20}));
  EXPECT_NEAR(found.singular[0], std::sqrt(2), 1e-6);
  EXPECT_NEAR(found.singular[1], std::sqrt(18), 1e-6);
  EXPECT_NEAR(found.vectors[0 * 2 + 1], 1, 1e-6) << "the first feature, in the last component";
  EXPECT_NEAR(found.vectors[1 * 2 + 0], 1, 1e-6);
  std::vector<float> projection(2);
  project(found, std::vector<float>{12, 20.5F}, projection);
  EXPECT_NEAR(projection[0], 0.5, 1e-6);
  EXPECT_NEAR(projection[1], 2, 1e-6);
}

TEST(Pca, LeavesTheMeanWhereItIs) {
  const std::vector<float> rows = {3, 4, 3, 4};
  Parallel parallel(1);
  const Components found = regular_components({rows, 2, 2}, 1, false, parallel);
  EXPECT_EQ(found.mean, (std::vector<float>{0, 0}));
  EXPECT_NEAR(found.singular[0], std::sqrt(50), 1e-5);
  EXPECT_NEAR(found.vectors[0], 0.6, 1e-6);
  EXPECT_NEAR(found.vectors[1], 0.8, 1e-6);
}

TEST(Pca, IsOrthonormalAndAscending) {
  for (const std::size_t columns : {3, 16, 41}) {
    const auto values = ranked(700, columns, columns, columns);
    Parallel parallel(2);
    const Components found = regular_components({values, 700, columns}, columns, true, parallel);
    expect_orthonormal(found);
    EXPECT_TRUE(std::ranges::is_sorted(found.singular));
  }
}

TEST(Pca, OfASketchIsThatOfTheWhole) {
  const auto values = ranked(3000, 60, 12, 3);
  const Rows rows{values, 3000, 60};
  Parallel parallel(2);
  const Components whole = regular_components(rows, 5, true, parallel);
  const Components sketched =
      randomized_components(rows, 5, true, {.extra = 10, .batch_rows = 128}, parallel);
  expect_orthonormal(sketched);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_NEAR(sketched.singular[i] / whole.singular[i], 1, 1e-3);
    double match = 0;
    for (std::size_t j = 0; j < 60; ++j)
      match += static_cast<double>(whole.vectors[j * 5 + i]) *
               static_cast<double>(sketched.vectors[j * 5 + i]);
    EXPECT_NEAR(match, 1, 1e-3) << i;
  }
}

TEST(Pca, OfASketchIsTheSameFromTheSameSeed) {
  const auto values = ranked(500, 20, 4, 5);
  const Rows rows{values, 500, 20};
  Parallel parallel(2);
  const Sketch sketch{.extra = 3, .batch_rows = 64, .seed = 9};
  EXPECT_EQ(randomized_components(rows, 4, true, sketch, parallel).vectors,
            randomized_components(rows, 4, true, sketch, parallel).vectors);
}

TEST(Pca, OfASketchTakesAMiniBatchOfAnySize) {
  const auto values = ranked(50, 8, 3, 5);
  Parallel parallel(2);
  const Sketch sketch{.extra = 3, .batch_rows = std::size_t{1} << 62};
  expect_orthonormal(randomized_components({values, 50, 8}, 2, true, sketch, parallel));
}

// Asked once a block: three of the blocks of 512 rows are taken before it stops.
TEST(Pca, OfATrainingThatStopsIsThatOfTheRowsTaken) {
  const auto values = ranked(4096, 6, 4, 5);
  Parallel parallel(1);
  int asked = 0;
  const auto after_three = [&] { return ++asked > 2; };
  const Components some = regular_components({values, 4096, 6}, 3, false, parallel, after_three);
  const std::span<const float> first(values.data(), 3 * 512 * 6);
  const Components expected = regular_components({first, 3 * 512, 6}, 3, false, parallel);
  EXPECT_EQ(some.vectors, expected.vectors);
  EXPECT_EQ(some.singular, expected.singular);
  const auto at_once = [] { return true; };
  Parallel two(2);
  expect_orthonormal(regular_components({values, 4096, 6}, 3, true, two, at_once));
  expect_orthonormal(randomized_components({values, 4096, 6}, 3, true, {.extra = 2}, two, at_once));
}

TEST(Pca, HasAsManyComponentsAsWereAskedForWhereRowsAreAllTheSame) {
  const std::vector<float> rows(12, 2.5F);
  Parallel parallel(1);
  for (const Components& found :
       {regular_components({rows, 4, 3}, 3, true, parallel),
        randomized_components({rows, 4, 3}, 3, true, {.extra = 2}, parallel)}) {
    expect_orthonormal(found);
    EXPECT_EQ(found.singular, std::vector<float>(3));
  }
}

TEST(Eigenvectors, AreReadFromTheUpperHalf) {
  const std::vector<double> matrix = {2, 1, 99, 2};
  const Eigenvectors found = eigenvectors(matrix, 2);
  EXPECT_NEAR(found.values[0], 1, 1e-12);
  EXPECT_NEAR(found.values[1], 3, 1e-12);
  EXPECT_NEAR(std::abs(found.vectors[2] + found.vectors[3]), std::sqrt(2), 1e-12);
}

TEST(PcaHyperparameters, RefuseMoreComponentsThanFeatures) {
  HyperparameterMap given = {
      {"feature_dim", "3"}, {"num_components", "3"}, {"mini_batch_size", "10"}};
  EXPECT_FALSE(check_hyperparameters(contract(), given));
  given["num_components"] = "4";
  EXPECT_EQ(check_hyperparameters(contract(), given),
            "num_components must not be more than feature_dim: they are 4 and 3");
  given["extra_components"] = "-2";
  EXPECT_NE(check_hyperparameters(contract(), given)->find("'extra_components'"),
            std::string::npos);
}

}  // namespace
}  // namespace millrace::learn::pca
