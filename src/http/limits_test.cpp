// What the server refuses, gives up or bounds: ambiguous requests, large heads, slow clients,
// connections, and its own end.
#include "base/virtual_clock.hpp"
#include "http/raw_client_for_test.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <atomic>
#include <latch>
#include <mutex>

namespace millrace::http::test {
namespace {

ServerOptions impatient() {
  ServerOptions options;
  options.limits.head_timeout = 0s;
  options.limits.idle_timeout = 0s;
  options.limits.body_timeout = 1s;
  options.limits.tls_timeout = 1s;
  return options;
}

std::string answer_to(std::uint16_t port, const std::string& bytes) {
  RawClient client(port);
  client.send(bytes);
  return client.read_all();
}

// Connections time out by a wheel that stands while there are none.
TEST(Limits, AConnectionAfterALongQuietTimeIsAnswered) {
  base::ManualClock clock;
  SilentLog log;
  ServerOptions options;
  options.loops = 1;
  const auto server = make_server(
      options, [](const ExchangePtr& exchange) { exchange->reply(text_reply("here")); }, clock,
      log);
  server->start();
  const std::string request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  for (int time = 0; time < 3; ++time) {
    clock.advance(std::chrono::hours(1));
    EXPECT_NE(answer_to(server->port(), request).find("here"), std::string::npos);
    EXPECT_TRUE(eventually([&] { return server->counters().connections == 0; }));
  }
  server->stop(1s);
}

TEST(Limits, AmbiguousRequestsAreRefusedAndTheConnectionCloses) {
  std::atomic<int> handled = 0;
  const Running running([&](const ExchangePtr& exchange) {
    ++handled;
    exchange->reply(text_reply("never"));
  });
  const std::string post = "POST / HTTP/1.1\r\nHost: x\r\n";
  const std::string shapes[] = {
      post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
      post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
      post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
      post + "Content-Length: +4\r\n\r\nabcd",
      post + "Content-Length: 4, 4\r\n\r\nabcd",
      post + "Content-Length: 0x4\r\n\r\nabcd",
      post + "Content-Length: 99999999999999999999\r\n\r\n",
      post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      post + "Content-Length : 3\r\n\r\nabc",
      post + "X: a\r\n folded\r\n\r\n",
      post + "X: a\nY: b\r\n\r\n",
      "GET / HTTP/1.1\nHost: x\n\n",
      "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nBad\x01Name: y\r\n\r\n",
      "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  };
  for (const std::string& shape : shapes) {
    const std::string reply = answer_to(running.port(), shape);
    EXPECT_TRUE(reply.starts_with("HTTP/1.1 400 ")) << shape << "\n" << reply;
    EXPECT_NE(reply.find("Connection: close\r\n"), std::string::npos);
  }
  EXPECT_EQ(handled, 0);
}

TEST(Limits, WhatIsNotSpokenIsRefusedByItsOwnStatus) {
  const Running running(echo);
  const auto status = [&](const std::string& bytes) {
    return answer_to(running.port(), bytes).substr(9, 3);
  };
  EXPECT_EQ(
      status("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
      "501");
  EXPECT_EQ(status("NONSENSE / HTTP/1.1\r\nHost: x\r\n\r\n"), "501");
  EXPECT_EQ(status("GET / HTTP/3.7\r\nHost: x\r\n\r\n"), "505");
  EXPECT_EQ(status("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nExpect: tea\r\n\r\nx"),
            "417");
  EXPECT_EQ(status("CONNECT sts.amazonaws.com:443 HTTP/1.1\r\nHost: x\r\n\r\n"), "403");
}

TEST(Limits, MalformedChunksEndTheConnection) {
  const Running running(echo);
  for (const char* chunk :
       {"zz\r\nabc", "3\r\nabcd\r\n0\r\n\r\n", "-1\r\n", "3\nabc\r\n", "fffffffffffffffff\r\n"}) {
    const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    EXPECT_EQ(answer_to(running.port(), head + chunk), "") << chunk;
  }
}

TEST(Limits, LargeHeadsAreRefused) {
  const Running running(echo);
  const std::string start = "GET / HTTP/1.1\r\nHost: x\r\n";
  EXPECT_TRUE(answer_to(running.port(), start + "X: " + std::string(65'536, 'a'))
                  .starts_with("HTTP/1.1 431 "));
  std::string fields;
  for (int i = 0; i < 100; ++i) fields += "X-" + std::to_string(i) + ": y\r\n";
  EXPECT_TRUE(answer_to(running.port(), start + fields + "\r\n").starts_with("HTTP/1.1 431 "));
  RawClient client(running.port());
  client.send("GET /" + std::string(60'000, 'p') + " HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(client.read_reply().starts_with("HTTP/1.1 200 "));
}

// What a refused client still sends is read, so that it sees why; then it is closed.
TEST(Limits, ARefusedClientMaySendSoMuchMore) {
  const Running running(echo);
  const std::string refused = "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(65'536, 'a');
  const std::string piece(1 << 20, 'x');
  RawClient within(running.port());
  EXPECT_TRUE(within.send(refused));
  EXPECT_TRUE(within.read_head().starts_with("HTTP/1.1 431 "));
  for (int sent = 0; sent < 60; ++sent) ASSERT_TRUE(within.send(piece)) << sent;
  RawClient over(running.port());
  EXPECT_TRUE(over.send(refused));
  EXPECT_TRUE(over.read_head().starts_with("HTTP/1.1 431 "));
  int sent = 0;
  while (sent < 200 && over.send(piece)) ++sent;
  EXPECT_GE(sent, 60);
  EXPECT_LT(sent, 200);
}

TEST(Limits, ARefusedClientHasSoLongToClose) {
  const Running running(echo);
  RawClient client(running.port());
  EXPECT_TRUE(client.send("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(65'536, 'a')));
  EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 431 "));
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_TRUE(client.send("x"));
  EXPECT_TRUE(eventually([&] { return !client.send("x"); }));
  const auto took = std::chrono::steady_clock::now() - begun;
  EXPECT_GE(took, 500ms);
  EXPECT_LT(took, 20s);
}

TEST(Limits, SlowHeadsAndBodiesAreGivenUp) {
  const Running running(echo, impatient());
  RawClient idle(running.port());
  RawClient head(running.port());
  RawClient body(running.port());
  head.send("GET / HT");
  body.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab");
  EXPECT_TRUE(head.read_all().starts_with("HTTP/1.1 408 "));
  EXPECT_TRUE(body.read_all().starts_with("HTTP/1.1 408 "));
  EXPECT_EQ(idle.read_all(), "");
}

TEST(Limits, AWorkerIsToldOfASlowBodyAndMayStillAnswer) {
  const Running running(
      [](const ExchangePtr& exchange) {
        const bool taken = exchange->work([exchange] {
          char block[16];
          try {
            while (exchange->body().read(block, sizeof block) > 0) {
            }
          } catch (const BodyError&) {
            exchange->reply(
                {.status = 400, .headers = {}, .body = "RequestTimeout", .head_length = {}});
          }
        });
        EXPECT_TRUE(taken);
      },
      impatient());
  EXPECT_EQ(body_of(answer_to(running.port(),
                              "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab")),
            "RequestTimeout");
}

TEST(Limits, ABodyThatDripsIsGivenUpThoughItNeverStops) {
  ServerOptions options = impatient();
  options.limits.body_bytes_per_second = 1'000'000;
  const Running running(echo, options);
  RawClient client(running.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
  std::jthread dripping([&](const std::stop_token& stop) {
    while (!stop.stop_requested() && client.send("x")) std::this_thread::sleep_for(50ms);
  });
  EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 408 "));
}

TEST(Limits, WhatAllBodiesTogetherMayHoldIsBounded) {
  ServerOptions options;
  options.limits.gathered_total_bytes = 100;
  const Running running(echo, options);
  const std::string post = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ";
  EXPECT_EQ(body_of(answer_to(running.port(),
                              post + "100\r\nConnection: close\r\n\r\n" + std::string(100, 'b'))),
            "POST / " + std::string(100, 'b'));
  EXPECT_TRUE(answer_to(running.port(), post + "101\r\n\r\n" + std::string(101, 'b'))
                  .starts_with("HTTP/1.1 503 "));
  {
    RawClient holding(running.port());
    holding.send(post + "70\r\n\r\n" + std::string(60, 'h'));
    EXPECT_TRUE(eventually([&] {
      return answer_to(running.port(),
                       post + "50\r\nConnection: close\r\n\r\n" + std::string(50, 'b'))
          .starts_with("HTTP/1.1 503 ");
    }));
    holding.send(std::string(10, 'h'));
    EXPECT_EQ(body_of(holding.read_reply()), "POST / " + std::string(70, 'h'));
  }
  EXPECT_TRUE(eventually([&] {
    return answer_to(running.port(),
                     post + "90\r\nConnection: close\r\n\r\n" + std::string(90, 'b'))
        .starts_with("HTTP/1.1 200 ");
  }));
}

TEST(Limits, SlowBodiesDoNotKeepTheWorkersFromOthers) {
  ServerOptions options;
  options.limits.workers = 2;
  const Running running(
      [](const ExchangePtr& exchange) {
        const bool taken = exchange->work(
            [exchange] { exchange->reply(text_reply(base::read_all(exchange->body(), 1000))); });
        EXPECT_TRUE(taken);
      },
      options);
  const std::string put = "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n";
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int i = 0; i < 20; ++i) {
    slow.push_back(std::make_unique<RawClient>(running.port()));
    slow.back()->send(put + "a");
  }
  RawClient quick(running.port());
  quick.send(put + "ok");
  EXPECT_EQ(body_of(quick.read_reply()), "ok");
  for (const auto& client : slow) {
    client->send("b");
    EXPECT_EQ(body_of(client->read_reply()), "ab");
  }
}

TEST(Limits, AClientThatDoesNotReadIsGivenUp) {
  const Running running(
      [](const ExchangePtr& exchange) { exchange->reply(text_reply(std::string(64 << 20, 'x'))); },
      impatient());
  RawClient client(running.port());
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return running.server->counters().requests == 1; }));
  EXPECT_TRUE(eventually([&] { return running.server->counters().connections == 0; }));
}

// Each look at the socket sends a little and then waits: that, too, is progress.
TEST(Limits, AClientThatReadsAFileSlowlyGetsAllOfIt) {
  constexpr std::size_t size = 48 * 1024 * 1024;
  constexpr std::size_t step = 1024 * 1024;
  const int file = ::memfd_create("file", MFD_CLOEXEC);
  ASSERT_EQ(::ftruncate(file, size), 0);
  {
    const Running running(
        [file](const ExchangePtr& exchange) {
          Reply reply = text_reply("");
          reply.body = FileSlice{.descriptor = file, .offset = 0, .length = size, .owner = nullptr};
          exchange->reply(std::move(reply));
        },
        impatient());
    RawClient client(running.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 200 "));
    std::size_t got = 0;
    for (std::string part = client.read(step); !part.empty(); part = client.read(step)) {
      got += part.size();
      if (got == size) break;
      std::this_thread::sleep_for(80ms);
    }
    EXPECT_EQ(got, size);
  }
  ::close(file);
}

TEST(Limits, ConnectionsOverTheLimitAreTurnedAway) {
  ServerOptions options;
  options.limits.connections = 2;
  const Running running(echo, options);
  const RawClient first(running.port());
  RawClient second(running.port());
  EXPECT_TRUE(eventually([&] { return running.server->counters().connections == 2; }));
  RawClient third(running.port());
  EXPECT_TRUE(third.read_all().starts_with("HTTP/1.1 503 "));
  second.close();
  EXPECT_TRUE(eventually([&] { return running.server->counters().connections == 1; }));
  RawClient fourth(running.port());
  fourth.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(body_of(fourth.read_reply()), "GET / ");
}

// Takes all file descriptors but `spare` for as long as it lives.
class Descriptors {
 public:
  explicit Descriptors(int spare) {
    ::getrlimit(RLIMIT_NOFILE, &former_);
    rlimit few = former_;
    few.rlim_cur = 256;
    ::setrlimit(RLIMIT_NOFILE, &few);
    for (int taken = ::dup(0); taken >= 0; taken = ::dup(0)) taken_.push_back(taken);
    for (; spare > 0; --spare) free_one();
  }
  ~Descriptors() {
    while (!taken_.empty()) free_one();
    ::setrlimit(RLIMIT_NOFILE, &former_);
  }
  Descriptors(const Descriptors&) = delete;
  Descriptors& operator=(const Descriptors&) = delete;

 private:
  void free_one() {
    ::close(taken_.back());
    taken_.pop_back();
  }
  rlimit former_{};
  std::vector<int> taken_;
};

TEST(Limits, WithoutDescriptorsAnIdleConnectionGivesItsOwn) {
  const Running running(echo);
  RawClient idle(running.port());
  EXPECT_TRUE(eventually([&] { return running.server->counters().connections == 1; }));
  const Descriptors none(1);
  RawClient asking(running.port());
  asking.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_EQ(body_of(asking.read_reply()), "GET / ");
}

TEST(Limits, AClientThatFloodsDoesNotKeepOthersOut) {
  const Running running([](const ExchangePtr& exchange) { exchange->reply(text_reply("x")); });
  RawClient flooding(running.port());
  std::string flood;
  for (int i = 0; i < 2000; ++i) flood += "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  flooding.send(flood);
  RawClient other(running.port());
  other.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(body_of(other.read_reply()), "x");
  for (int i = 0; i < 2000; ++i) EXPECT_EQ(body_of(flooding.read_reply()), "x");
}

TEST(Stop, LetsRequestsInFlightFinishAndClosesTheRest) {
  std::mutex mutex;
  std::vector<ExchangePtr> held;
  const Running running([&](ExchangePtr exchange) {
    const std::lock_guard lock(mutex);
    held.push_back(std::move(exchange));
  });
  RawClient idle(running.port());
  RawClient busy(running.port());
  busy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex);
    return held.size() == 1;
  }));
  std::jthread stopping([&] { running.server->stop(5s); });
  EXPECT_EQ(idle.read_all(), "");
  held.front()->reply(text_reply("the last"));
  const std::string reply = busy.read_all();
  EXPECT_EQ(body_of(reply), "the last");
  EXPECT_NE(reply.find("Connection: close\r\n"), std::string::npos);
}

TEST(Stop, CutsOffAtTheDeadlineAndExchangesOutliveIt) {
  std::mutex mutex;
  std::vector<ExchangePtr> held;
  std::atomic<bool> failed = false;
  auto running = std::make_unique<Running>([&](const ExchangePtr& exchange) {
    if (exchange->request().path == "/held") {
      const std::lock_guard lock(mutex);
      held.push_back(exchange);
      return;
    }
    const bool taken = exchange->work([&failed, exchange] {
      char byte = 0;
      try {
        static_cast<void>(exchange->body().read(&byte, 1));
      } catch (const BodyError&) {
        failed = true;
      }
    });
    EXPECT_TRUE(taken);
  });
  RawClient answered_never(running->port());
  RawClient body_never(running->port());
  answered_never.send("GET /held HTTP/1.1\r\nHost: x\r\n\r\n");
  body_never.send("PUT /body HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n");
  EXPECT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex);
    return held.size() == 1;
  }));
  running->server->stop(20ms);
  running->server->stop(20ms);
  EXPECT_EQ(answered_never.read_all(), "");
  EXPECT_EQ(body_never.read_all(), "");
  running.reset();
  EXPECT_TRUE(held.front()->abandoned());
  EXPECT_FALSE(held.front()->work([] {}));
  held.front()->after(1ms, [] {});
  held.front()->reply(text_reply("too late"));
  held.clear();
}

TEST(Start, NamesAddressAndPortThatCannotBeHad) {
  const Running running(echo);
  base::SystemClock clock;
  SilentLog log;
  ServerOptions options;
  options.addresses = {"127.0.0.1"};
  options.port = running.port();
  const auto second = make_server(options, echo, clock, log);
  try {
    second->start();
    FAIL() << "two servers on one port";
  } catch (const std::system_error& error) {
    EXPECT_NE(std::string(error.what()).find("127.0.0.1 port " + std::to_string(running.port())),
              std::string::npos);
  }
}

}  // namespace
}  // namespace millrace::http::test
