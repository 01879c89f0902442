#include "table/gathered.hpp"

#include <gtest/gtest.h>

namespace millrace::table {
namespace {

TEST(Gathered, JoinsSparseRows) {
  Gathered gathered(20);
  gathered.append({.features = Matrix{.rows = 1,
                                      .columns = 3,
                                      .sparse = true,
                                      .values = {5},
                                      .offsets = {0, 1},
                                      .indices = {2}},
                   .labels = {1}},
                  10);
  gathered.append({.features = Matrix{.rows = 2,
                                      .columns = 6,
                                      .sparse = true,
                                      .values = {7},
                                      .offsets = {0, 0, 1},
                                      .indices = {5}},
                   .labels = {0, 1},
                   .weights = {2, 3}},
                  10);
  const Dataset all = gathered.take();
  EXPECT_EQ(all.features.rows, 3U);
  EXPECT_EQ(all.features.columns, 6U);
  EXPECT_EQ(all.features.offsets, (std::vector<std::uint64_t>{0, 1, 1, 2}));
  EXPECT_EQ(all.features.indices, (std::vector<std::uint32_t>{2, 5}));
  EXPECT_EQ(all.labels, (std::vector<float>{1, 0, 1}));
  EXPECT_EQ(all.weights, (std::vector<float>{1, 2, 3}));
}

// The first of ten like pieces tells how large the whole will be: memory is asked for once.
TEST(Gathered, AsksForMemoryOnce) {
  Gathered gathered(10 * 400);
  const Dataset piece{.features =
                          Matrix{.rows = 100, .columns = 1, .values = std::vector<float>(100)}};
  gathered.append(piece, 400);
  const float* const begin = gathered.rows().features.values.data();
  for (int i = 1; i < 10; ++i) gathered.append(piece, 400);
  EXPECT_EQ(gathered.rows().features.values.data(), begin);
  EXPECT_EQ(gathered.rows().features.rows, 1000U);
}

TEST(Gathered, TakesMoreThanItExpected) {
  Gathered gathered(800);
  const Dataset small{.features = Matrix{.rows = 1, .columns = 1, .values = {1}}};
  const Dataset large{
      .features = Matrix{.rows = 5000, .columns = 1, .values = std::vector<float>(5000, 2)}};
  gathered.append(small, 400);
  gathered.append(large, 400);
  const Dataset all = gathered.take();
  EXPECT_EQ(all.features.values.size(), 5001U);
  EXPECT_EQ(all.features.values.front(), 1);
  EXPECT_EQ(all.features.values.back(), 2);
}

}  // namespace
}  // namespace millrace::table
