// Who runs next.
#include "jobs/queue.hpp"

#include <gtest/gtest.h>

namespace millrace::jobs {
namespace {

TEST(Queue, GivesNoMoreThanItsSlots) {
  Queue queue(2);
  for (const char* id : {"1", "2", "3"}) queue.push("a", id);
  EXPECT_EQ(queue.take(), "1");
  EXPECT_EQ(queue.take(), "2");
  EXPECT_EQ(queue.take(), std::nullopt);
  queue.release("a");
  EXPECT_EQ(queue.take(), "3");
}

TEST(Queue, LetsNoAccountStarveAnother) {
  Queue queue(2);
  for (const char* id : {"a1", "a2", "a3", "a4"}) queue.push("a", id);
  queue.push("b", "b1");
  EXPECT_EQ(queue.take(), "a1");
  EXPECT_EQ(queue.take(), "b1");
  queue.release("b");
  EXPECT_EQ(queue.take(), "a2");
}

TEST(Queue, TakesTurnsInOneSlot) {
  Queue queue(1);
  for (const char* id : {"a1", "a2"}) queue.push("a", id);
  for (const char* id : {"b1", "b2"}) queue.push("b", id);
  std::string order;
  for (int turn = 0; turn < 4; ++turn) {
    const std::string id = queue.take().value();
    order += id + " ";
    queue.release(id.substr(0, 1));
  }
  EXPECT_EQ(order, "a1 b1 a2 b2 ");
}

TEST(Queue, ForgetsWhatIsRemoved) {
  Queue queue(1);
  queue.push("a", "1");
  EXPECT_TRUE(queue.remove("a", "1"));
  EXPECT_FALSE(queue.remove("a", "1"));
  EXPECT_EQ(queue.take(), std::nullopt);
  EXPECT_EQ(queue.waiting(), 0U);
}

TEST(Queue, HoldsAdoptedWorkBeyondItsSlots) {
  Queue queue(1);
  queue.hold("a");
  queue.hold("a");
  queue.push("b", "1");
  queue.release("a");
  EXPECT_EQ(queue.take(), std::nullopt);
  queue.release("a");
  EXPECT_EQ(queue.take(), "1");
}

}  // namespace
}  // namespace millrace::jobs
