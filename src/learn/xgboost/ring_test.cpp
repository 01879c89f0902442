// Hosts as threads: the library's communicators belong to their thread.
#include "learn/xgboost/ring.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <functional>
#include <future>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace millrace::learn::xgboost {
namespace {

// What each of `count` hosts answers, by rank.
std::vector<double> on_hosts(int count, const std::function<double(const Ring&, int)>& ask) {
  std::promise<std::string> said;
  const std::shared_future<std::string> heard = said.get_future().share();
  std::vector<double> answers(static_cast<std::size_t>(count));
  std::vector<std::thread> hosts;
  for (int rank = 0; rank < count; ++rank) {
    hosts.emplace_back([&, rank] {
      const Ring ring({.count = count, .rank = rank, .hear_leader = [&](const std::string& line) {
                         if (rank == 0) said.set_value(line);
                         return heard.get();
                       }});
      answers[static_cast<std::size_t>(rank)] = ask(ring, rank);
    });
  }
  for (std::thread& host : hosts) host.join();
  return answers;
}

TEST(Ring, OneAloneAsksNobody) {
  const Ring alone(Hosts{});
  EXPECT_TRUE(alone.leads());
  EXPECT_TRUE(alone.any(true));
  EXPECT_FALSE(alone.any(false));
  EXPECT_EQ(alone.mean(3), 3);
}

TEST(Ring, AllHearTheSame) {
  const auto largest =
      on_hosts(3, [](const Ring& ring, int rank) { return ring.largest(10.0 * rank); });
  EXPECT_EQ(largest, (std::vector<double>{20, 20, 20}));
  const auto mean = on_hosts(3, [](const Ring& ring, int rank) { return ring.mean(rank); });
  EXPECT_EQ(mean, (std::vector<double>{1, 1, 1}));
}

TEST(Ring, OneThatWantsToStopStopsAll) {
  const auto stops =
      on_hosts(2, [](const Ring& ring, int rank) { return ring.any(rank == 1) ? 1 : 0; });
  EXPECT_EQ(stops, (std::vector<double>{1, 1}));
}

TEST(Ring, TheLeaderIsOne) {
  const auto leads =
      on_hosts(12, [](const Ring& ring, int rank) { return ring.leads() == (rank == 0) ? 1 : 0; });
  EXPECT_EQ(leads, std::vector<double>(12, 1));
}

// How many of this process's sockets listen on all addresses, but not on the loopback alone.
int open_to_strangers() {
  int open = 0;
  for (int descriptor = 0; descriptor < 1024; ++descriptor) {
    int listens = 0;
    socklen_t size = sizeof listens;
    if (getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0)
      continue;
    sockaddr_in address{};
    size = sizeof address;
    getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
    std::array<char, 16> device{};
    size = device.size();
    getsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, device.data(), &size);
    if (address.sin_family == AF_INET && address.sin_addr.s_addr == INADDR_ANY &&
        std::string_view(device.data()) != "lo")
      ++open;
  }
  return open;
}

TEST(Ring, ListensOnTheLoopbackAlone) {
  const auto open = on_hosts(3, [](const Ring& ring, int) {
    (void)ring.any(false);  // all have come
    return open_to_strangers();
  });
  EXPECT_EQ(open, (std::vector<double>{0, 0, 0}));
}

}  // namespace
}  // namespace millrace::learn::xgboost
