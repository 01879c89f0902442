// Order by key, many at a time, room, and what becomes of the rest when one throws.
#include "base/work_by_key.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <map>
#include <stdexcept>

namespace millrace::base {
namespace {

TEST(WorkByKey, KeepsTheOrderOfAKey) {
  std::map<int, std::vector<int>> done;  // each written by the works of its key alone
  for (int key = 0; key < 5; ++key) done[key] = {};
  WorkByKey works(4, 16);
  for (int number = 0; number < 500; ++number) {
    works.add(std::to_string(number % 5), [&, number] { done.at(number % 5).push_back(number); });
  }
  works.finish();
  for (const auto& [key, numbers] : done) {
    ASSERT_EQ(numbers.size(), 100U);
    for (std::size_t at = 0; at < numbers.size(); ++at) {
      EXPECT_EQ(numbers[at], key + 5 * static_cast<int>(at));
    }
  }
}

TEST(WorkByKey, DoesAsManyAtATimeAsItHasThreads) {
  constexpr int threads = 4;
  std::latch all(threads);
  WorkByKey works(threads, threads);
  for (int key = 0; key < threads; ++key) {
    works.add(std::to_string(key), [&] { all.arrive_and_wait(); });
  }
  works.finish();
}

TEST(WorkByKey, OneThatTakesLongHoldsUpItsOwnKeyAlone) {
  std::latch others(20);
  std::atomic<bool> is_over = false;
  WorkByKey works(2, 64);
  works.add("slow", [&] {
    others.wait();
    is_over = true;
  });
  works.add("slow", [&] { EXPECT_TRUE(is_over); });
  for (int key = 0; key < 20; ++key) works.add(std::to_string(key), [&] { others.count_down(); });
  works.finish();
  EXPECT_TRUE(is_over);
}

TEST(WorkByKey, TakesNoMoreThanThereIsRoomFor) {
  std::latch may_end(1);
  std::atomic<int> added = 0;
  WorkByKey works(2, 3);
  std::jthread adder([&] {
    for (int key = 0; key < 5; ++key) {
      works.add(std::to_string(key), [&] { may_end.wait(); });
      ++added;
    }
  });
  while (added < 3) std::this_thread::yield();
  EXPECT_LE(added, 3);
  may_end.count_down();
  adder.join();
  works.finish();
  EXPECT_EQ(added, 5);
}

TEST(WorkByKey, BeginsNothingAfterAFailure) {
  std::atomic<int> done = 0;
  WorkByKey works(2, 100);
  works.add("a", [] { throw std::runtime_error("no"); });
  EXPECT_THROW(
      {
        for (int number = 0; number < 1000; ++number) works.add("a", [&] { ++done; });
        works.finish();
      },
      std::runtime_error);
  EXPECT_EQ(done, 0);
  EXPECT_THROW(works.finish(), std::runtime_error);
}

TEST(WorkByKey, WithOneThreadTheCallersDoesAll) {
  WorkByKey works(1, 1);
  std::thread::id doer;
  works.add("a", [&] { doer = std::this_thread::get_id(); });
  EXPECT_EQ(doer, std::this_thread::get_id());
  EXPECT_THROW(works.add("a", [] { throw std::runtime_error("no"); }), std::runtime_error);
  works.finish();
}

}  // namespace
}  // namespace millrace::base
