// A real server on loopback: requests as they should be, in every framing, and replies in every
// kind.
#include "http/server.hpp"

#include "http/raw_client_for_test.hpp"

#include <fcntl.h>

#include <atomic>
#include <latch>
#include <mutex>

namespace millrace::http::test {
namespace {

TEST(Server, AnswersOnOneConnectionAgainAndAgain) {
  const Running running(echo);
  RawClient client(running.port());
  for (int i = 0; i < 3; ++i) {
    client.send("GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string reply = client.read_reply();
    EXPECT_TRUE(reply.starts_with("HTTP/1.1 200 OK\r\n")) << reply;
    EXPECT_NE(reply.find("\r\nDate: "), std::string::npos);
    EXPECT_NE(reply.find("\r\nServer: Millrace\r\n"), std::string::npos);
    EXPECT_EQ(body_of(reply), "GET /a?b=c ");
  }
  EXPECT_EQ(running.server->counters().requests, 3);
  EXPECT_EQ(running.server->counters().connections, 1);
}

TEST(Server, TakesTheTargetApart) {
  std::string seen;
  const Running running([&](const ExchangePtr& exchange) {
    const Request& request = exchange->request();
    seen = request.path + " | " + request.query + " | " + std::string(request.headers.get("HOST")) +
           " | " + request.remote_address;
    exchange->reply(text_reply("ok"));
  });
  RawClient client(running.port());
  client.send("GET http://s3.example.com:80/a%20b?x=/?y HTTP/1.1\r\nHost: other\r\n\r\n");
  EXPECT_EQ(body_of(client.read_reply()), "ok");
  EXPECT_EQ(seen, "/a%20b | x=/?y | s3.example.com:80 | 127.0.0.1");
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  const Running running(echo);
  RawClient client(running.port());
  client.send(
      "POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none"
      "POST /2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n"
      "GET /3 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(body_of(client.read_reply()), "POST /1 one");
  EXPECT_EQ(body_of(client.read_reply()), "POST /2 two");
  EXPECT_EQ(body_of(client.read_reply()), "GET /3 ");
}

TEST(Server, ReadsAHeadThatComesByteByByte) {
  const Running running(echo);
  RawClient client(running.port());
  for (const char c : std::string("POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok"))
    client.send({&c, 1});
  EXPECT_EQ(body_of(client.read_reply()), "POST /slow ok");
}

TEST(Server, DecodesChunksWithExtensionsAndTrailersThatComeInParts) {
  const Running running(echo);
  RawClient client(running.port());
  client.send("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhel");
  client.send("lo\r\n6\r\n, all!\r\n0\r");
  client.send("\nx-amz-checksum: 1\r\n\r\n");
  EXPECT_EQ(body_of(client.read_reply()), "PUT / hello, all!");
}

TEST(Server, GathersABodyLargerThanItsBuffersAndRefusesOneOverTheLimit) {
  const Running running(echo);
  RawClient client(running.port());
  const std::string body(1 << 20, 'b');
  const std::string head = "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: ";
  client.send(head + std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_EQ(body_of(client.read_reply()), "PUT / " + body);
  client.send(head + std::to_string(body.size() + 1) + "\r\nExpect: 100-continue\r\n\r\n");
  const std::string reply = client.read_all();
  EXPECT_EQ(body_of(reply), "PUT / (too large)");
  EXPECT_NE(reply.find("Connection: close\r\n"), std::string::npos);
}

TEST(Server, SaysContinueOnlyWhenTheBodyIsAskedFor) {
  std::latch go(1);
  const Running running([&](const ExchangePtr& exchange) {
    const bool taken = exchange->work([&go, exchange] {
      go.wait();
      exchange->post([exchange] { echo(exchange); });
    });
    EXPECT_TRUE(taken);
  });
  RawClient client(running.port());
  client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  pollfd waiting{client.descriptor(), POLLIN, 0};
  EXPECT_EQ(::poll(&waiting, 1, 50), 0);
  go.count_down();
  EXPECT_EQ(client.read_head(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ok");
  EXPECT_EQ(body_of(client.read_reply()), "PUT / ok");
}

TEST(Server, RefusesBeforeTheBodyWithoutContinue) {
  const Running running([](const ExchangePtr& exchange) {
    exchange->reply({.status = 403, .headers = {}, .body = "no", .head_length = {}});
  });
  RawClient client(running.port());
  client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  const std::string reply = client.read_all();
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 403 Forbidden\r\n")) << reply;
  EXPECT_NE(reply.find("Connection: close\r\n"), std::string::npos);
}

TEST(Server, DrainsASmallUnreadBodyAndGoesOn) {
  const Running running([](const ExchangePtr& exchange) { exchange->reply(text_reply("early")); });
  RawClient client(running.port());
  const std::string body(50'000, 'x');
  for (int i = 0; i < 2; ++i) {
    client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n" + body);
    EXPECT_EQ(body_of(client.read_reply()), "early");
  }
}

TEST(Server, ClosesOverALargeUnreadBody) {
  const Running running([](const ExchangePtr& exchange) { exchange->reply(text_reply("early")); });
  RawClient client(running.port());
  client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\nabc");
  const std::string reply = client.read_all();
  EXPECT_EQ(body_of(reply), "early");
  EXPECT_NE(reply.find("Connection: close\r\n"), std::string::npos);
}

TEST(Server, GivesAWorkerTheBodyAsItArrives) {
  const Running running([](const ExchangePtr& exchange) {
    const bool taken = exchange->work([exchange] {
      std::string block(256 * 1024, '\0');
      std::uint64_t sum = 0;
      std::size_t size = 0;
      while (const std::size_t count = exchange->body().read(block.data(), block.size())) {
        size += count;
        for (std::size_t i = 0; i < count; ++i) sum += static_cast<unsigned char>(block[i]);
      }
      exchange->reply(text_reply(std::to_string(size) + " " + std::to_string(sum)));
    });
    EXPECT_TRUE(taken);
  });
  RawClient client(running.port());
  const std::string part(100'000, '\x02');
  for (int round = 0; round < 2; ++round) {
    client.send(
        "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read_head(), "HTTP/1.1 100 Continue\r\n\r\n");
    for (int i = 0; i < 40; ++i) client.send(part);
    EXPECT_EQ(body_of(client.read_reply()), "4000000 8000000");
    client.send("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 10; ++i) client.send("186a0\r\n" + part + "\r\n");
    client.send("0\r\n\r\n");
    EXPECT_EQ(body_of(client.read_reply()), "1000000 2000000");
  }
}

TEST(Server, TellsTheWorkerThatTheClientLeftInTheMiddleOfABody) {
  std::atomic<bool> failed = false;
  const Running running([&](const ExchangePtr& exchange) {
    const bool taken = exchange->work([&failed, exchange] {
      char block[64];
      try {
        while (exchange->body().read(block, sizeof block) > 0) {
        }
      } catch (const BodyError&) {
        failed = true;
      }
    });
    EXPECT_TRUE(taken);
  });
  RawClient client(running.port());
  client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  client.close();
  EXPECT_TRUE(eventually([&] { return failed.load(); }));
  EXPECT_TRUE(eventually([&] { return running.server->counters().connections == 0; }));
}

TEST(Server, AnswersHeadWithTheLengthAlone) {
  const Running running([](const ExchangePtr& exchange) {
    Reply reply = text_reply("");
    if (exchange->request().path == "/object")
      reply.head_length = 12345;
    else
      reply.body = "four";
    exchange->reply(std::move(reply));
  });
  RawClient client(running.port());
  client.send("HEAD /object HTTP/1.1\r\nHost: x\r\n\r\nHEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(client.read_head().find("Content-Length: 12345\r\n"), std::string::npos);
  EXPECT_NE(client.read_head().find("Content-Length: 4\r\n"), std::string::npos);
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(body_of(client.read_reply()), "four");
}

TEST(Server, SendsNoBodyWithNoContent) {
  const Running running([](const ExchangePtr& exchange) {
    exchange->reply({.status = exchange->request().path == "/204" ? 204 : 304,
                     .headers = {},
                     .body = "never",
                     .head_length = {}});
  });
  RawClient client(running.port());
  client.send("GET /204 HTTP/1.1\r\nHost: x\r\n\r\nGET /304 HTTP/1.1\r\nHost: x\r\n\r\n");
  for (int i = 0; i < 2; ++i) {
    const std::string head = client.read_head();
    EXPECT_EQ(head.find("Content-Length"), std::string::npos) << head;
    EXPECT_EQ(head.find("never"), std::string::npos);
  }
}

TEST(Server, SpeaksHttp10) {
  const Running running(echo);
  RawClient client(running.port());
  client.send("GET /kept HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_NE(client.read_reply().find("Connection: keep-alive\r\n"), std::string::npos);
  client.send("GET /closed HTTP/1.0\r\n\r\n");
  EXPECT_EQ(body_of(client.read_all()), "GET /closed ");
}

TEST(Server, ClosesWhenTheClientOrTheHandlerAsksForIt) {
  const Running running([](const ExchangePtr& exchange) {
    Reply reply = text_reply("bye");
    if (exchange->request().path == "/server") reply.headers.add("Connection", "close");
    exchange->reply(std::move(reply));
  });
  for (const char* head : {"GET /client HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                           "GET /server HTTP/1.1\r\nHost: x\r\n\r\n"}) {
    RawClient client(running.port());
    client.send(head);
    const std::string reply = client.read_all();
    EXPECT_EQ(body_of(reply), "bye");
    EXPECT_NE(reply.find("Connection: close\r\n"), std::string::npos);
  }
}

TEST(Server, LetsNoValueAddALine) {
  const Running running([](const ExchangePtr& exchange) {
    Reply reply = text_reply("x");
    reply.headers.add("x-amz-meta", "a\r\nSet-Cookie: b");
    exchange->reply(std::move(reply));
  });
  RawClient client(running.port());
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(client.read_reply().find("x-amz-meta: a  Set-Cookie: b\r\n"), std::string::npos);
}

std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 131 + (i >> 12));
  return bytes;
}

struct OpenFile {
  explicit OpenFile(const std::string& contents)
      : descriptor(::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)) {
    EXPECT_EQ(::pwrite(descriptor, contents.data(), contents.size(), 0),
              static_cast<ssize_t>(contents.size()));
  }
  ~OpenFile() { ::close(descriptor); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int descriptor;
};

TEST(Server, SendsARangeOfAFileOfManySteps) {
  const std::string contents = pattern(20 * 1024 * 1024);
  auto file = std::make_shared<OpenFile>(contents);
  const Running running([&](const ExchangePtr& exchange) {
    Reply reply = text_reply("");
    const std::uint64_t offset = exchange->request().path == "/part" ? 12345 : 0;
    reply.body = FileSlice{file->descriptor, offset, contents.size() - 2 * offset, file};
    exchange->reply(std::move(reply));
  });
  RawClient client(running.port());
  client.send("GET /part HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(body_of(client.read_reply()), contents.substr(12345, contents.size() - 2 * 12345));
  EXPECT_EQ(body_of(client.read_reply()), contents);
}

// Gives what it holds in pieces of a few bytes.
class TextReader final : public base::Reader {
 public:
  TextReader(std::string text, std::size_t step) : text_(std::move(text)), step_(step) {}
  std::size_t read(char* out, std::size_t size) override {
    const std::size_t count = text_.copy(out, std::min(size, step_), at_);
    at_ += count;
    return count;
  }

 private:
  std::string text_;
  std::size_t step_;
  std::size_t at_ = 0;
};

class FailingReader final : public base::Reader {
 public:
  std::size_t read(char*, std::size_t) override { throw std::runtime_error("the disk is gone"); }
};

TEST(Server, StreamsABodyOfUnknownLengthInChunks) {
  const Running running([](const ExchangePtr& exchange) {
    Reply reply = text_reply("");
    reply.body = Streamed{std::make_shared<TextReader>("hello, all", 4), {}};
    exchange->reply(std::move(reply));
  });
  RawClient client(running.port());
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.0\r\n\r\n");
  EXPECT_NE(client.read_head().find("Transfer-Encoding: chunked\r\n"), std::string::npos);
  const std::string chunks = "4\r\nhell\r\n4\r\no, a\r\n2\r\nll\r\n0\r\n\r\n";
  EXPECT_EQ(client.read(chunks.size()), chunks);
  EXPECT_EQ(body_of(client.read_all()), "hello, all");
}

TEST(Server, StreamsABodyOfKnownLength) {
  const std::string text = pattern(1'000'000);
  const Running running([&](const ExchangePtr& exchange) {
    Reply reply = text_reply("");
    reply.body = Streamed{std::make_shared<TextReader>(text, 100'000), text.size()};
    exchange->reply(std::move(reply));
  });
  RawClient client(running.port());
  for (int i = 0; i < 2; ++i) {
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(body_of(client.read_reply()), text);
  }
}

TEST(Server, BreaksOffWhenAStreamedBodyFailsOrIsShort) {
  const Running running([](const ExchangePtr& exchange) {
    Reply reply = text_reply("");
    if (exchange->request().path == "/short")
      reply.body = Streamed{std::make_shared<TextReader>("abc", 9), 5};
    else
      reply.body = Streamed{std::make_shared<FailingReader>(), {}};
    exchange->reply(std::move(reply));
  });
  for (const char* path : {"/short", "/fails"}) {
    RawClient client(running.port());
    client.send(std::string("GET ") + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string reply = client.read_all();
    EXPECT_EQ(reply.find("0\r\n\r\n", reply.find("\r\n\r\n")), std::string::npos) << reply;
  }
}

TEST(Server, AnswersLaterFromAnotherThread) {
  std::mutex mutex;
  std::vector<ExchangePtr> held;
  const Running running([&](ExchangePtr exchange) {
    const std::lock_guard lock(mutex);
    held.push_back(std::move(exchange));
  });
  RawClient client(running.port());
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex);
    return !held.empty();
  }));
  held.front()->reply(text_reply("at last"));
  held.front()->reply(text_reply("too late"));
  EXPECT_EQ(body_of(client.read_reply()), "at last");
}

TEST(Server, RunsTimersUntilTheAnswer) {
  std::atomic<int> late = 0;
  const Running running([&](const ExchangePtr& exchange) {
    exchange->after(20ms, [exchange] { exchange->reply(text_reply("timed")); });
    exchange->after(40ms, [&late] { ++late; });
  });
  RawClient client(running.port());
  const auto begin = std::chrono::steady_clock::now();
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(body_of(client.read_reply()), "timed");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 20ms);
  std::this_thread::sleep_for(40ms);
  EXPECT_EQ(late, 0);
}

TEST(Server, Answers500ForAHandlerThatLetsGoOrThrows) {
  const Running running([](const ExchangePtr& exchange) {
    if (exchange->request().path == "/throws") throw std::runtime_error("a bug");
    if (exchange->request().path != "/work") return;
    EXPECT_TRUE(exchange->work([exchange] { throw BodyError("a bug"); }));
  });
  RawClient client(running.port());
  for (const char* path : {"/throws", "/lets-go", "/work"}) {
    client.send(std::string("GET ") + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(client.read_reply().starts_with("HTTP/1.1 500 Internal Server Error\r\n")) << path;
  }
}

TEST(Server, TellsTheHandlerThatTheClientHasGone) {
  std::mutex mutex;
  ExchangePtr held;
  const Running running([&](ExchangePtr exchange) {
    const std::lock_guard lock(mutex);
    held = std::move(exchange);
  });
  RawClient client(running.port());
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto with_held = [&](bool (*look)(const ExchangePtr&)) {
    return eventually([&] {
      const std::lock_guard lock(mutex);
      return held && look(held);
    });
  };
  EXPECT_TRUE(with_held([](const ExchangePtr& exchange) { return !exchange->abandoned(); }));
  client.close();
  EXPECT_TRUE(with_held([](const ExchangePtr& exchange) { return exchange->abandoned(); }));
  held->reply(text_reply("to nobody"));
  EXPECT_TRUE(eventually([&] { return running.server->counters().connections == 0; }));
}

TEST(Server, RefusesWorkWhenTheQueueIsFull) {
  std::latch go(1);
  std::atomic<int> asked = 0;
  std::atomic<int> begun = 0;
  ServerOptions options;
  options.limits.workers = 1;
  options.limits.waiting = 1;
  const Running running(
      [&](const ExchangePtr& exchange) {
        const bool taken = exchange->work([&go, &begun, exchange] {
          ++begun;
          go.wait();
          exchange->reply(text_reply("done"));
        });
        if (!taken)
          exchange->reply({.status = 503, .headers = {}, .body = "full", .head_length = {}});
        ++asked;
      },
      options);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<RawClient>(running.port()));
    clients.back()->send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    // The worker has taken the first off the queue before the second comes.
    EXPECT_TRUE(eventually([&] { return asked == i + 1 && begun == 1; }));
  }
  EXPECT_EQ(body_of(clients[2]->read_reply()), "full");
  go.count_down();
  EXPECT_EQ(body_of(clients[0]->read_reply()), "done");
  EXPECT_EQ(body_of(clients[1]->read_reply()), "done");
}

TEST(Server, ServesManyConnectionsOnSeveralLoops) {
  ServerOptions options;
  options.loops = 3;
  const Running running(echo, options);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 30; ++i) clients.push_back(std::make_unique<RawClient>(running.port()));
  for (const auto& client : clients) client->send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
  for (const auto& client : clients) EXPECT_EQ(body_of(client->read_reply()), "GET /x ");
}

}  // namespace
}  // namespace millrace::http::test
