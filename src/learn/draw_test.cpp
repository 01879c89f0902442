#include "learn/draw.hpp"

#include <gtest/gtest.h>

#include <set>

namespace millrace::learn {
namespace {

TEST(Draw, IsTheSameFromTheSameSeed) {
  Draw one(7);
  Draw same(7);
  Draw other(8);
  const std::uint64_t first = one.next();
  EXPECT_EQ(first, same.next());
  EXPECT_NE(first, other.next());
}

TEST(Draw, IsUniformAndNormal) {
  Draw draw(1);
  double sum = 0;
  double normal_sum = 0;
  double normal_squares = 0;
  constexpr int draws = 100000;
  for (int i = 0; i < draws; ++i) {
    const double uniform = draw.uniform();
    ASSERT_TRUE(uniform >= 0 && uniform < 1);
    sum += uniform;
    const double normal = draw.normal();
    normal_sum += normal;
    normal_squares += normal * normal;
  }
  EXPECT_NEAR(sum / draws, 0.5, 0.005);
  EXPECT_NEAR(normal_sum / draws, 0, 0.02);
  EXPECT_NEAR(normal_squares / draws, 1, 0.02);
}

TEST(Draw, TakesByWeightAndNeverWhatHasNone) {
  Draw draw(3);
  const std::vector<float> weights = {0, 3, 0, 1, 0};
  int times[5] = {};
  for (int i = 0; i < 4000; ++i) ++times[draw.weighted(weights)];
  EXPECT_EQ(times[0] + times[2] + times[4], 0);
  EXPECT_NEAR(times[1], 3000, 150);
}

TEST(Draw, DistinctNumbersAreDistinct) {
  Draw draw(5);
  const auto drawn = draw_distinct(draw, 50, 60);
  EXPECT_EQ(drawn.size(), 50U);
  EXPECT_EQ(std::set(drawn.begin(), drawn.end()).size(), 50U);
  EXPECT_LT(*std::set(drawn.begin(), drawn.end()).rbegin(), 60U);
  EXPECT_EQ(draw_distinct(draw, 9, 4).size(), 4U);
}

}  // namespace
}  // namespace millrace::learn
