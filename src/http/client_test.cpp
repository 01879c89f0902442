// The client and the local server, with one another and with peers that misbehave.
#include "http/client.hpp"

#include "http/local_server.hpp"
#include "http/raw_client_for_test.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <future>
#include <latch>

namespace millrace::http::test {
namespace {

class Local : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "local-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    path_ = folder_ + "/socket";
  }
  void TearDown() override {
    stop();
    std::filesystem::remove_all(folder_);
  }

  void serve(LocalHandler handler, int threads = 1, std::size_t body_limit = 1 << 20) {
    server_ = make_local_server(
        {.socket_path = path_, .threads = threads, .body_limit = body_limit}, std::move(handler));
    running_ = std::jthread([this] { server_->run(); });
  }
  void stop() {
    if (server_) server_->stop();
    running_ = {};
    server_.reset();
  }

  [[nodiscard]] Ask ask(const std::string& target, std::string body = "") const {
    Ask made;
    made.socket_path = path_;
    made.method = "POST";
    made.target = target;
    made.body = std::move(body);
    return made;
  }

  std::string folder_;
  std::string path_;
  std::unique_ptr<LocalServer> server_;
  std::jthread running_;
  std::unique_ptr<Client> client_ = make_client();
};

Reply echo_local(const Request& request, const std::string& body) {
  return text_reply(request.method + " " + request.target + " " +
                    std::string(request.headers.get("x-row")) + body);
}

TEST_F(Local, AnswersAndKeepsTheConnection) {
  serve(echo_local);
  struct stat status{};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  for (int i = 0; i < 3; ++i) {
    Ask question = ask("/invocations", "1,2,3");
    question.headers.add("X-Row", "7 ");
    const ClientReply reply = client_->send_and_wait(std::move(question));
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "POST /invocations 71,2,3");
  }
}

TEST_F(Local, CarriesLargeBodiesBothWays) {
  serve([](const Request&, std::string body) { return text_reply(std::move(body)); });
  const std::string body(1 << 20, 'b');
  EXPECT_EQ(client_->send_and_wait(ask("/", body)).body, body);
  EXPECT_EQ(client_->send_and_wait(ask("/", body + "x")).status, 413);
  EXPECT_EQ(client_->send_and_wait(ask("/", "again")).body, "again");
}

TEST_F(Local, SendsFilesAndOutlivesAClientThatLeaves) {
  const int file = ::open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  ASSERT_EQ(::ftruncate(file, 8 << 20), 0);
  serve([&](const Request&, const std::string&) {
    Reply reply = text_reply("");
    reply.body = FileSlice{file, 0, 8 << 20, nullptr};
    return reply;
  });
  for (int i = 0; i < 3; ++i) {
    Ask hasty = ask("/");
    hasty.reply_limit = 1;
    EXPECT_THROW(static_cast<void>(client_->send_and_wait(hasty)), std::runtime_error);
    EXPECT_EQ(client_->send_and_wait(ask("/")).body.size(), 8 << 20);
  }
  ::close(file);
}

TEST_F(Local, TurnsWhatIsThrownInto500WithTheText) {
  serve([](const Request&, const std::string&) -> Reply {
    throw std::runtime_error("the model is broken");
  });
  const ClientReply reply = client_->send_and_wait(ask("/"));
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(reply.body, "the model is broken");
}

TEST_F(Local, RunsAsManyHandlersAtOnceAsItHasThreads) {
  std::latch both(2);
  serve(
      [&](const Request&, const std::string&) {
        both.arrive_and_wait();
        return text_reply("met");
      },
      2);
  std::atomic<int> met = 0;
  for (int i = 0; i < 2; ++i)
    client_->send(ask("/"),
                  [&](const auto& reply, const auto&) { met += reply && reply->body == "met"; });
  EXPECT_TRUE(eventually([&] { return met == 2; }));
}

TEST_F(Local, AnswersManyMoreQuestionsThanConnections) {
  serve(echo_local, 2);
  std::atomic<int> answered = 0;
  for (int i = 0; i < 500; ++i) {
    client_->send(ask("/" + std::to_string(i)), [&answered, i](const auto& reply, const auto&) {
      if (reply && reply->body == "POST /" + std::to_string(i) + " ") ++answered;
    });
  }
  EXPECT_TRUE(eventually([&] { return answered == 500; }));
}

TEST_F(Local, ReadsChunkedAndStreamedAnswers) {
  class Twice final : public base::Reader {
   public:
    std::size_t read(char* out, std::size_t) override {
      if (left_ == 0) return 0;
      --left_;
      std::string_view("part ").copy(out, 5);
      return 5;
    }

   private:
    int left_ = 2;
  };
  serve([](const Request& request, const std::string&) {
    Reply reply = text_reply("");
    reply.body = Streamed{std::make_shared<Twice>(), {}};
    if (request.target == "/close") reply.headers.add("Connection", "close");
    return reply;
  });
  for (const char* target : {"/", "/close", "/"})
    EXPECT_EQ(client_->send_and_wait(ask(target)).body, "part part ");
}

std::optional<ClientError::Kind> error_of(Client& client, Ask ask) {
  std::promise<std::optional<ClientError::Kind>> promise;
  client.send(std::move(ask), [&](const auto& reply, const auto& error) {
    EXPECT_NE(reply.has_value(), error.has_value());
    promise.set_value(error ? std::optional(error->kind) : std::nullopt);
  });
  return promise.get_future().get();
}

TEST_F(Local, NamesWhatWentWrong) {
  EXPECT_EQ(error_of(*client_, ask("/")), ClientError::Kind::refused);
  std::latch go(1);
  serve([&](const Request& request, const std::string&) {
    if (request.target == "/slow") go.wait();
    return text_reply(std::string(1000, 'x'));
  });
  Ask slow = ask("/slow");
  slow.timeout = 30ms;
  EXPECT_EQ(error_of(*client_, slow), ClientError::Kind::timed_out);
  go.count_down();
  Ask small = ask("/");
  small.reply_limit = 999;
  EXPECT_EQ(error_of(*client_, small), ClientError::Kind::too_large);
  EXPECT_THROW(static_cast<void>(client_->send_and_wait(small)), std::runtime_error);
}

TEST_F(Local, TriesAgainOnAConnectionThatWentStale) {
  for (int round = 0; round < 3; ++round) {
    serve(echo_local);
    EXPECT_EQ(client_->send_and_wait(ask("/")).status, 200);
    stop();
  }
}

// Answers each connection once with fixed bytes and closes it.
class FixedPeer {
 public:
  FixedPeer(const std::string& path, std::string answer)
      : listener_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 8), 0);
    thread_ = std::jthread([this, answer = std::move(answer)] {
      while (true) {
        const int accepted = ::accept(listener_, nullptr, nullptr);
        if (accepted < 0) return;
        char question[4096];
        static_cast<void>(::recv(accepted, question, sizeof question, 0));
        static_cast<void>(::send(accepted, answer.data(), answer.size(), MSG_NOSIGNAL));
        ::close(accepted);
      }
    });
  }
  ~FixedPeer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

 private:
  int listener_;
  std::jthread thread_;
};

TEST_F(Local, ReadsAnAnswerThatEndsWithTheConnection) {
  const FixedPeer peer(
      path_, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it");
  EXPECT_EQ(client_->send_and_wait(ask("/")).body, "all of it");
}

TEST_F(Local, RefusesMalformedAndShortAnswers) {
  {
    const FixedPeer peer(path_, "220 mail ready\r\n\r\n");
    EXPECT_EQ(error_of(*client_, ask("/")), ClientError::Kind::malformed);
  }
  std::filesystem::remove(path_);
  const FixedPeer peer(path_, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort");
  EXPECT_EQ(error_of(*client_, ask("/")), ClientError::Kind::closed);
}

TEST_F(Local, TellsThoseWhoWaitWhenTheClientEnds) {
  std::latch go(1);
  serve([&](const Request&, const std::string&) {
    go.wait();
    return text_reply("");
  });
  std::atomic<bool> told = false;
  client_->send(ask("/"), [&](const auto&, const auto& error) { told = error.has_value(); });
  client_.reset();
  EXPECT_TRUE(told);
  go.count_down();
  stop();  // before the latch goes, which the handler may still be looking at
}

// Hands every request on to the socket, as the loop that has it.
Handler relay(Client& client, const Ask& asked) {
  return [&client, asked](const ExchangePtr& exchange) {
    client.send(asked, [exchange](std::optional<ClientReply> reply, const auto& error) {
      exchange->reply(text_reply(reply ? std::move(reply->body) : "lost: " + error->what));
    });
  };
}

TEST_F(Local, IsAskedOnTheLoopOfTheOneWhoAsks) {
  serve(echo_local);
  std::atomic<int> here = 0;
  const Running front([&](const ExchangePtr& exchange) {
    const auto asking = std::this_thread::get_id();
    client_->send(ask("/"), [&here, asking, exchange](std::optional<ClientReply> reply, auto) {
      if (std::this_thread::get_id() == asking) ++here;
      exchange->reply(text_reply(reply ? std::move(reply->body) : "lost"));
    });
  });
  RawClient client(front.port());
  for (int i = 0; i < 3; ++i) {
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(body_of(client.read_reply()), "POST / ");
    EXPECT_EQ(body_of(client.read_reply()), "POST / ");
  }
  EXPECT_EQ(here, 6);
}

TEST_F(Local, LetsGoOfItsQuestionsWhenTheLoopEnds) {
  std::latch begun(1);
  std::latch go(1);
  serve([&](const Request&, const std::string&) {
    begun.count_down();
    go.wait();
    return text_reply("");
  });
  {
    const Running front(relay(*client_, ask("/")));
    RawClient client(front.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    begun.wait();
  }
  go.count_down();
  stop();
}

TEST_F(Local, StopsFromAHandler) {
  serve([this](const Request&, const std::string&) {
    server_->stop();
    return text_reply("bye");
  });
  EXPECT_EQ(client_->send_and_wait(ask("/")).body, "bye");
  running_.join();
}

}  // namespace
}  // namespace millrace::http::test
