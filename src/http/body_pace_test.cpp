#include "http/body_pace.hpp"

#include <gtest/gtest.h>

namespace millrace::http {
namespace {

using namespace std::chrono_literals;

TEST(BodyPace, GivesTimeWithoutProgressAndMoreForBytes) {
  Limits limits;
  limits.body_timeout = 30s;
  limits.body_bytes_per_second = 100;
  const BodyPace::Clock::time_point start{};
  BodyPace pace;
  pace.begin(limits, start);
  EXPECT_EQ(pace.left(start), 30s);
  EXPECT_EQ(pace.left(start + 20s), 10s);
  pace.took(500);
  EXPECT_EQ(pace.left(start + 20s), 15s);
  pace.took(1'000'000'000);
  EXPECT_EQ(pace.left(start + 20s), 30s);
}

TEST(BodyPace, EndsABodyThatDrips) {
  const Limits limits;
  BodyPace::Clock::time_point now{};
  BodyPace pace;
  pace.begin(limits, now);
  int bytes = 0;
  for (; pace.left(now) > 0s; ++bytes) {
    pace.took(1);
    now += 1s;
  }
  EXPECT_EQ(bytes, 30);
}

}  // namespace
}  // namespace millrace::http
