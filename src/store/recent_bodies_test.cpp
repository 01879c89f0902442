// What is kept, and how much of it.
#include "store/recent_bodies.hpp"

#include <gtest/gtest.h>

namespace millrace::store {
namespace {

constexpr std::size_t size = 1024;
constexpr std::uint64_t half = RecentBodies::recent_bodies_limit / 2 / size;

SmallPlace place(std::uint64_t number) { return {.segment = 1, .offset = number * size}; }

RecentBodies::Entry body() { return std::make_shared<const std::string>(size, 'b'); }

TEST(RecentBodies, AreFoundByTheirPlace) {
  RecentBodies bodies;
  const auto kept = body();
  bodies.keep(place(1), kept);
  EXPECT_EQ(bodies.find(place(1)), kept);
  EXPECT_EQ(bodies.find(place(2)), nullptr);
  EXPECT_EQ(bodies.find({.segment = 2, .offset = place(1).offset}), nullptr);
}

TEST(RecentBodies, GoByTheirAge) {
  RecentBodies bodies;
  for (std::uint64_t i = 0; i < 2 * half; ++i) bodies.keep(place(i), body());
  EXPECT_NE(bodies.find(place(0)), nullptr) << "all that the limit allows";
  bodies.keep(place(2 * half), body());
  EXPECT_EQ(bodies.find(place(1)), nullptr) << "one over the limit, and the oldest are gone";
  EXPECT_NE(bodies.find(place(half)), nullptr);
}

TEST(RecentBodies, StayWhileTheyAreAskedFor) {
  RecentBodies bodies;
  bodies.keep(place(0), body());
  for (std::uint64_t i = 1; i < 10 * half; ++i) {
    bodies.keep(place(i), body());
    if (i % (half / 2) != 0) continue;
    EXPECT_NE(bodies.find(place(0)), nullptr) << i;
  }
}

}  // namespace
}  // namespace millrace::store
