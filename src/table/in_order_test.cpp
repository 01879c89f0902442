#include "table/in_order.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

namespace millrace::table {
namespace {

struct Counted {
  std::size_t step_count = 0;
  std::size_t failing = 1000;  // the step whose work fails, and every one behind it
  std::size_t next = 0;
  std::vector<std::size_t> in_hand;
  std::vector<std::size_t> joined;

  void run(std::size_t workers) {
    in_hand.resize(workers);
    run_in_order(workers, {.take =
                               [&](std::size_t worker) {
                                 in_hand[worker] = next;
                                 return next++ < step_count;
                               },
                           .work =
                               [&](std::size_t worker) {
                                 if (in_hand[worker] >= failing)
                                   throw std::runtime_error(std::to_string(in_hand[worker]));
                               },
                           .join = [&](std::size_t worker) { joined.push_back(in_hand[worker]); }});
  }
};

TEST(InOrder, JoinsEveryStepInItsTurn) {
  for (const std::size_t workers : {1U, 2U, 5U}) {
    Counted counted{.step_count = 200};
    counted.run(workers);
    ASSERT_EQ(counted.joined.size(), 200U);
    for (std::size_t i = 0; i < counted.joined.size(); ++i) EXPECT_EQ(counted.joined[i], i);
  }
}

TEST(InOrder, ThrowsWhatTheFirstFailingStepThrows) {
  for (const std::size_t workers : {1U, 2U, 5U}) {
    Counted counted{.step_count = 200, .failing = 20};
    try {
      counted.run(workers);
      FAIL();
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "20");
    }
    EXPECT_EQ(counted.joined.size(), 20U);
    EXPECT_LE(counted.next, 20U + workers);
  }
}

TEST(InOrder, MayHaveNothingToDo) {
  Counted counted;
  counted.run(3);
  EXPECT_TRUE(counted.joined.empty());
}

// A source that cannot be read fails where the step is taken, and those before it are joined.
TEST(InOrder, ThrowsWhatTakingThrows) {
  std::size_t next = 0;
  std::size_t joined = 0;
  const Steps steps{.take = [&](std::size_t) -> bool {
                      if (next++ == 3) throw std::runtime_error("gone");
                      return true;
                    },
                    .work = [](std::size_t) {},
                    .join = [&](std::size_t) { ++joined; }};
  EXPECT_THROW(run_in_order(2, steps), std::runtime_error);
  EXPECT_EQ(joined, 3U);
}

}  // namespace
}  // namespace millrace::table
