// Who is told of what, and when.
#include "http/poller.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ctime>
#include <memory>
#include <thread>

namespace millrace::http {
namespace {

using std::chrono::milliseconds;

struct Ear final : Waiter {
  void readable() override {
    ++read;
    if (then) then();
  }
  void writable() override {
    ++written;
    if (then) then();
  }
  int read = 0;
  int written = 0;
  std::function<void()> then;
};

// Two connected sockets, one of them watched.
struct Watched {
  explicit Watched(Poller& poller) {
    int ends[2] = {-1, -1};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    watch = std::make_unique<Watch>(poller, ear, ends[0]);
    theirs = ends[1];
  }
  ~Watched() { hang_up(); }
  void say() const { EXPECT_EQ(::write(theirs, "a", 1), 1); }
  void hang_up() {
    if (theirs >= 0) ::close(std::exchange(theirs, -1));
  }

  Ear ear;
  std::unique_ptr<Watch> watch;
  int theirs = -1;
};

double cpu_ms() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) * 1e3 + static_cast<double>(used.tv_nsec) / 1e6;
}

TEST(Poller, TellsOnceOfEachWait) {
  Poller poller;
  Watched one(poller);
  one.say();
  one.watch->wait_readable();
  // What lies there unread is told again to who waits again.
  poller.timers().after(milliseconds(10), [&] {
    EXPECT_EQ(one.ear.read, 1);
    one.ear.then = [&] { poller.stop(); };
    one.watch->wait_readable();
  });
  poller.run();
  EXPECT_EQ(one.ear.read, 2);
  EXPECT_EQ(one.ear.written, 0);
}

TEST(Poller, TellsOfBothDirections) {
  Poller poller;
  Watched one(poller);
  one.ear.then = [&] {
    if (one.ear.read + one.ear.written == 2) poller.stop();
  };
  one.say();
  one.watch->wait_readable();
  one.watch->wait_writable();
  poller.run();
  EXPECT_EQ(one.ear.read, 1);
  EXPECT_EQ(one.ear.written, 1);
}

TEST(Poller, TellsNothingToWhoStoppedWaiting) {
  Poller poller;
  Watched one(poller);
  one.say();
  one.watch->wait_readable();
  one.watch->stop_waiting();
  poller.timers().after(milliseconds(10), [&] { poller.stop(); });
  poller.run();
  EXPECT_EQ(one.ear.read, 0);
}

TEST(Poller, TellsNothingOfAWatchThatEndsInTheSameRound) {
  Poller poller;
  Watched one(poller);
  Watched other(poller);
  one.ear.then = [&] { other.watch.reset(); };
  other.ear.then = [&] { one.watch.reset(); };
  for (Watched* each : {&one, &other}) {
    each->say();
    each->watch->wait_readable();
  }
  poller.timers().after(milliseconds(10), [&] { poller.stop(); });
  poller.run();
  EXPECT_EQ(one.ear.read + other.ear.read, 1);
}

TEST(Poller, MayBeToldToEndItself) {
  Poller poller;
  Watched one(poller);
  one.ear.then = [&] {
    one.watch.reset();
    poller.stop();
  };
  one.say();
  one.watch->wait_readable();
  poller.run();
  EXPECT_EQ(one.ear.read, 1);
}

TEST(Poller, SleepsWhileNobodyWaitsForWhatIsThere) {
  Poller poller;
  Watched one(poller);
  one.watch->wait_readable();
  one.watch->wait_writable();
  one.say();
  one.hang_up();
  constexpr milliseconds slept{100};
  poller.timers().after(slept, [&] { poller.stop(); });
  const double before = cpu_ms();
  poller.run();
  EXPECT_LT(cpu_ms() - before, static_cast<double>(slept.count()) / 2);
  EXPECT_EQ(one.ear.read, 1);
  EXPECT_EQ(one.ear.written, 1);
}

TEST(Poller, RunsWhatOthersPostUntilItIsClosed) {
  Poller poller;
  int ran = 0;
  std::thread other([&] {
    poller.post([&] {
      ++ran;
      // From its own thread too, without waking itself.
      poller.post([&] {
        ++ran;
        poller.stop();
      });
    });
  });
  poller.run();
  other.join();
  EXPECT_EQ(ran, 2);
  poller.post([&] { ++ran; });
  EXPECT_EQ(poller.close().size(), 1U);
  poller.post([&] { ++ran; });
  EXPECT_TRUE(poller.close().empty());
  EXPECT_EQ(ran, 2);
}

TEST(Poller, CallsInTheOrderOfTheirTimes) {
  Poller poller;
  std::string order;
  poller.timers().after(milliseconds(20), [&] { poller.stop(); });
  poller.timers().after(milliseconds(10), [&] { order += 'b'; });
  const auto cancelled = poller.timers().after(milliseconds(5), [&] { order += 'x'; });
  poller.timers().after(milliseconds(1), [&] { order += 'a'; });
  poller.timers().cancel(cancelled);
  poller.run();
  EXPECT_EQ(order, "ab");
}

}  // namespace
}  // namespace millrace::http
