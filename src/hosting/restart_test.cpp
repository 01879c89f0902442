// What follows a lost model server, and when.
#include "hosting/restart_pace.hpp"
#include "hosting/tasks.hpp"

#include <gtest/gtest.h>

#include <exception>
#include <future>
#include <string>

namespace millrace::hosting {
namespace {

using namespace std::chrono_literals;

TEST(RestartPace, PausesLongerAfterEachOfManyLosses) {
  RestartPace pace;
  for (std::size_t loss = 0; loss < RestartPace::restarts_at_once; ++loss)
    EXPECT_EQ(pace.pause_after_loss(1s), 0s);
  EXPECT_EQ(pace.pause_after_loss(1s), 1s);
  EXPECT_EQ(pace.pause_after_loss(2s), 2s);
  EXPECT_EQ(pace.pause_after_loss(4s), 4s);
  for (int loss = 0; loss < 4; ++loss) static_cast<void>(pace.pause_after_loss(30s));
  EXPECT_EQ(pace.pause_after_loss(30s), RestartPace::longest_pause);
}

TEST(RestartPace, ForgetsLossesOfLongAgo) {
  RestartPace pace;
  for (int loss = 0; loss < 20; ++loss) static_cast<void>(pace.pause_after_loss(1s));
  EXPECT_EQ(pace.pause_after_loss(2s + RestartPace::memory), 0s);
}

TEST(Tasks, RunLaterOnesInTheirTime) {
  std::promise<std::string> done;
  std::string order;
  Tasks tasks(1, [](const std::exception&) {});
  tasks.add_after(60ms, [&] {
    order += "last";
    done.set_value(order);
  });
  tasks.add_after(30ms, [&] { order += "second "; });
  tasks.add([&] { order += "first "; });
  EXPECT_EQ(done.get_future().get(), "first second last");
}

TEST(Tasks, DropLaterOnesAtTheirEnd) {
  bool ran = false;
  {
    Tasks tasks(2, [](const std::exception&) {});
    tasks.add_after(1h, [&] { ran = true; });
  }
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace millrace::hosting
