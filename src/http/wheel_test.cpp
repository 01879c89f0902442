// Deadlines: in order, moved, taken off, further away than the ring is long.
#include "http/wheel.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>

namespace millrace::http {
namespace {

struct Node final : WheelNode {
  void expired() override {
    ++count;
    if (then) then();
  }
  int count = 0;
  std::function<void()> then;
};

TEST(Wheel, ExpiresWithinASecondAfterTheDeadline) {
  Wheel wheel(100);
  Node node;
  wheel.place(node, 3);
  wheel.turn(103);
  EXPECT_EQ(node.count, 0);
  wheel.turn(104);
  EXPECT_EQ(node.count, 1);
  wheel.turn(400);
  EXPECT_EQ(node.count, 1);
}

TEST(Wheel, MovesAndTakesOff) {
  Wheel wheel(0);
  Node moved;
  Node taken_off;
  wheel.place(moved, 1);
  wheel.place(moved, 10);
  wheel.place(taken_off, 1);
  taken_off.unlink();
  wheel.turn(10);
  EXPECT_EQ(moved.count, 0);
  wheel.turn(11);
  EXPECT_EQ(moved.count, 1);
  EXPECT_EQ(taken_off.count, 0);
}

TEST(Wheel, KeepsDeadlinesLongerThanItsRing) {
  Wheel wheel(0);
  Node node;
  wheel.place(node, 300);
  for (int now = 1; now <= 300; ++now) wheel.turn(now);
  EXPECT_EQ(node.count, 0);
  wheel.turn(301);
  EXPECT_EQ(node.count, 1);
}

TEST(Wheel, ReachesEverybodyAfterALongSleep) {
  Wheel wheel(0);
  Node near;
  Node far;
  wheel.place(near, 5);
  wheel.place(far, 500);
  wheel.turn(10'000);
  EXPECT_EQ(near.count, 1);
  EXPECT_EQ(far.count, 1);
}

TEST(Wheel, LetsTheExpiredDestroyOrPlaceOthers) {
  Wheel wheel(0);
  Node first;
  auto second = std::make_unique<Node>();
  Node third;
  wheel.place(first, 1);
  wheel.place(*second, 1);
  first.then = [&] {
    second.reset();
    wheel.place(first, 1);
    wheel.place(third, 0);
  };
  wheel.turn(2);
  EXPECT_EQ(first.count, 1);
  wheel.turn(3);
  EXPECT_EQ(first.count, 1);
  EXPECT_EQ(third.count, 1);
  second = std::make_unique<Node>();
  wheel.turn(4);
  EXPECT_EQ(first.count, 2);
}

}  // namespace
}  // namespace millrace::http
