// Questions that follow one another on one connection, with peers that answer, fall silent, talk
// nonsense and leave.
#include "http/client.hpp"
#include "http/local_server.hpp"
#include "http/raw_client_for_test.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/un.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <future>

namespace millrace::http::test {
namespace {

// What becomes of one connection: it is asked so many times, is then answered with these bytes, and
// is closed by the peer, or stays.
struct Script {
  int questions = 1;
  std::string answer;
  bool stays = false;
};

std::string ok(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

class ScriptedPeer {
 public:
  ScriptedPeer(const std::string& path, std::vector<Script> scripts)
      : listener_(::socket(AF_UNIX, SOCK_STREAM, 0)), scripts_(std::move(scripts)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 8), 0);
    thread_ = std::jthread([this] { run(); });
  }
  ~ScriptedPeer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    for (const int kept : kept_) ::close(kept);
    ::close(listener_);
  }

 private:
  void run() {
    for (const Script& script : scripts_) {
      const int accepted = ::accept(listener_, nullptr, nullptr);
      if (accepted < 0) return;
      take_questions(accepted, script.questions);
      static_cast<void>(::send(accepted, script.answer.data(), script.answer.size(), MSG_NOSIGNAL));
      if (script.stays)
        kept_.push_back(accepted);
      else
        ::close(accepted);
    }
  }

  static void take_questions(int socket, int count) {
    std::string all;
    while (count > 0) {
      char bytes[4096];
      const ssize_t got = ::recv(socket, bytes, sizeof bytes, 0);
      if (got <= 0) return;
      all.append(bytes, static_cast<std::size_t>(got));
      for (std::size_t end; (end = all.find("\r\n\r\n")) != std::string::npos; --count)
        all.erase(0, end + 4);
    }
  }

  int listener_;
  std::vector<Script> scripts_;
  std::vector<int> kept_;
  std::jthread thread_;
};

// What was answered, or which error there was.
using Heard = std::future<std::string>;

class Series : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "series-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override {
    client_.reset();
    std::filesystem::remove_all(folder_);
  }

  [[nodiscard]] std::string path() const { return folder_ + "/socket"; }

  Heard ask(std::chrono::milliseconds timeout = 60s) {
    auto heard = std::make_shared<std::promise<std::string>>();
    Ask made{.socket_path = path(), .method = "POST", .timeout = timeout, .in_series = true};
    client_->send(std::move(made), [heard](const auto& reply, const auto& error) {
      heard->set_value(reply ? reply->body : "error " + std::to_string(int(error->kind)));
    });
    return heard->get_future();
  }

  static std::string error(ClientError::Kind kind) { return "error " + std::to_string(int(kind)); }

  std::string folder_;
  std::unique_ptr<Client> client_ = make_client();
};

TEST_F(Series, IsAskedWithoutWaitingAndAnsweredInOrder) {
  const ScriptedPeer peer(path(), {{.questions = 3, .answer = ok("a") + ok("b") + ok("c")}});
  Heard first = ask();
  Heard second = ask();
  Heard third = ask();
  EXPECT_EQ(first.get() + second.get() + third.get(), "abc");
}

TEST_F(Series, GoesOnWhereTheConnectionEndsAfterEachAnswer) {
  const ScriptedPeer peer(path(), {{.answer = ok("a")}, {.answer = ok("b")}, {.answer = ok("c")}});
  Heard first = ask();
  Heard second = ask();
  Heard third = ask();
  EXPECT_EQ(first.get() + second.get() + third.get(), "abc");
}

TEST_F(Series, LosesOnlyWhatIsAnsweredWithNonsense) {
  const ScriptedPeer peer(
      path(), {{.questions = 3, .answer = ok("a") + "nonsense\r\n\r\n"}, {.answer = ok("c")}});
  Heard first = ask();
  Heard second = ask();
  Heard third = ask();
  EXPECT_EQ(first.get(), "a");
  EXPECT_EQ(second.get(), error(ClientError::Kind::malformed));
  EXPECT_EQ(third.get(), "c");
}

TEST_F(Series, LosesOnlyWhatIsHalfAnswered) {
  const std::string half = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal";
  const ScriptedPeer peer(path(), {{.questions = 2, .answer = half}, {.answer = ok("b")}});
  Heard first = ask();
  Heard second = ask();
  EXPECT_EQ(first.get(), error(ClientError::Kind::closed));
  EXPECT_EQ(second.get(), "b");
}

TEST_F(Series, GoesOnWithoutTheOneThatTimesOut) {
  const ScriptedPeer peer(path(), {{.questions = 2, .stays = true}, {.answer = ok("b")}});
  Heard hasty = ask(30ms);
  Heard patient = ask();
  EXPECT_EQ(hasty.get(), error(ClientError::Kind::timed_out));
  EXPECT_EQ(patient.get(), "b");
}

TEST_F(Series, EndsWithAPeerThatNeverAnswers) {
  std::vector<Script> silent(8);
  const ScriptedPeer peer(path(), silent);
  Heard first = ask();
  Heard second = ask();
  EXPECT_EQ(first.get(), error(ClientError::Kind::closed));
  EXPECT_EQ(second.get(), error(ClientError::Kind::closed));
}

TEST_F(Series, OfMoreThanFitsOnAConnectionIsAnsweredWhole) {
  const auto server = make_local_server({.socket_path = path()},
                                        [](const Request& request, const std::string& body) {
                                          return text_reply(request.target + body);
                                        });
  const std::jthread running([&] { server->run(); });
  std::atomic<int> answered = 0;
  for (int i = 0; i < 2000; ++i) {
    const std::string body(i % 7 == 0 ? 70'000 : 10, 'x');
    Ask made{.socket_path = path(), .method = "POST", .body = body, .in_series = true};
    made.target = "/" + std::to_string(i);
    const std::string expected = made.target + body;
    client_->send(std::move(made), [&answered, expected](const auto& reply, const auto&) {
      if (reply && reply->body == expected) ++answered;
    });
  }
  EXPECT_TRUE(eventually([&] { return answered == 2000; }));
  server->stop();
}

}  // namespace
}  // namespace millrace::http::test
