#include "hosting/tasks.hpp"

#include <gtest/gtest.h>

#include <latch>
#include <stdexcept>
#include <string>

namespace millrace::hosting {
namespace {

TEST(Tasks, OutliveOneThatFails) {
  std::string told;
  std::latch done(1);
  {
    Tasks tasks(1, [&](const std::exception& error) { told = error.what(); });
    tasks.add([] { throw std::runtime_error("no room"); });
    tasks.add([&] { done.count_down(); });
    done.wait();
  }
  EXPECT_EQ(told, "no room");
}

}  // namespace
}  // namespace millrace::hosting
