#include "learn/lightgbm/forest.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace millrace::learn::lightgbm {
namespace {

TEST(LightgbmForest, RoundsThresholdsDown) {
  EXPECT_EQ(float_below(0.5), 0.5F);
  EXPECT_LT(float_below(0.1), 0.1F);
  EXPECT_EQ(float_below(1e300), std::numeric_limits<float>::max());
  EXPECT_EQ(float_below(-1e300), -std::numeric_limits<float>::infinity());
}

}  // namespace
}  // namespace millrace::learn::lightgbm
