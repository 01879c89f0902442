// Threads as they are needed, the queue's limit, and threads in place of those that wait.
#include "http/worker_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>

namespace millrace::http {
namespace {

TEST(WorkerPool, RefusesWorkOverItsLimits) {
  std::latch begun(1);
  std::latch go_on(1);
  WorkerPool pool(1, 0, 1);
  ASSERT_TRUE(pool.submit([&] {
    begun.count_down();
    go_on.wait();
  }));
  begun.wait();
  EXPECT_TRUE(pool.submit([] {}));
  EXPECT_FALSE(pool.submit([] {}));
  go_on.count_down();
}

TEST(WorkerPool, ReplacesAThreadThatWaits) {
  std::latch paused(1);
  std::latch other_ran(1);
  std::latch ended(1);
  WorkerPool pool(1, 1, 10);
  ASSERT_TRUE(pool.submit([&] {
    pool.pause();
    paused.count_down();
    other_ran.wait();
    pool.resume();
    ended.count_down();
  }));
  paused.wait();
  ASSERT_TRUE(pool.submit([&] { other_ran.count_down(); }));
  ended.wait();
}

TEST(WorkerPool, AThreadThatPausesMakesRoomForWhatWaitsAlready) {
  std::latch queued(1);
  std::latch other_ran(1);
  WorkerPool pool(1, 1, 10);
  ASSERT_TRUE(pool.submit([&] {
    queued.wait();
    pool.pause();
    other_ran.wait();
    pool.resume();
  }));
  ASSERT_TRUE(pool.submit([&] { other_ran.count_down(); }));
  queued.count_down();
  other_ran.wait();
}

TEST(WorkerPool, ReplacesNoMoreThanItsLimit) {
  std::latch paused(2);
  std::latch go_on(1);
  WorkerPool pool(1, 1, 0);
  const auto wait = [&] {
    pool.pause();
    paused.count_down();
    go_on.wait();
    pool.resume();
  };
  ASSERT_TRUE(pool.submit(wait));
  while (!pool.submit(wait)) std::this_thread::yield();
  paused.wait();
  EXPECT_FALSE(pool.submit([] {}));
  go_on.count_down();
}

TEST(WorkerPool, ManyThatPauseAndEndLeaveItAsItWas) {
  constexpr int count = 50;
  std::atomic<int> ran = 0;
  WorkerPool pool(2, count, 1000);
  for (int round = 1; round <= 5; ++round) {
    std::latch all(count);
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(pool.submit([&] {
        pool.pause();
        all.arrive_and_wait();
        pool.resume();
        ++ran;
      }));
    }
    while (ran < round * count) std::this_thread::yield();
  }
}

}  // namespace
}  // namespace millrace::http
