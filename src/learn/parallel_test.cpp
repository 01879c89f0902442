#include "learn/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <stdexcept>

namespace millrace::learn {
namespace {

TEST(Parallel, DoesEachPartOnce) {
  for (const int threads : {1, 2, 4}) {
    Parallel parallel(threads);
    for (int round = 0; round < 50; ++round) {
      std::vector<std::atomic<int>> times(37);
      parallel.run(times.size(), [&](std::size_t part) { ++times[part]; });
      for (const auto& count : times) ASSERT_EQ(count, 1);
    }
  }
}

TEST(Parallel, SplitsWithoutGaps) {
  Parallel parallel(3);
  std::vector<int> touched(100);
  parallel.split(touched.size(), [&](std::size_t, std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) ++touched[i];
  });
  EXPECT_EQ(std::accumulate(touched.begin(), touched.end(), 0), 100);
  parallel.split(0, [](std::size_t, std::size_t, std::size_t) { FAIL(); });
}

TEST(Parallel, HandsOnAFailureAndGoesOn) {
  Parallel parallel(2);
  EXPECT_THROW(parallel.run(4,
                            [](std::size_t part) {
                              if (part == 2) throw std::runtime_error("part");
                            }),
               std::runtime_error);
  std::atomic<int> done = 0;
  parallel.run(4, [&](std::size_t) { ++done; });
  EXPECT_EQ(done, 4);
}

}  // namespace
}  // namespace millrace::learn
