// For the tests of this folder: a server on loopback, and a client that sends bytes as they are
// given.
#pragma once

#include "base/text.hpp"
#include "http/server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <string>
#include <thread>

namespace millrace::http::test {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

class SilentLog final : public base::Log {
 public:
  void write(base::Level, std::string_view) override {}
};

// Waits for a condition with a deadline.
inline bool eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + 30s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

class RawClient {
 public:
  explicit RawClient(std::uint16_t port)
      : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(0,
              ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address));
  }
  ~RawClient() { close(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }
  [[nodiscard]] int descriptor() const { return descriptor_; }

  // False once the server has closed.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // Reads until `count` bytes are there; fewer when the server closes or 5 s pass.
  std::string read(std::size_t count) {
    while (held_.size() < count && receive()) {
    }
    std::string taken = held_.substr(0, count);
    held_.erase(0, count);
    return taken;
  }

  // Up to and with the empty line.
  std::string read_head() {
    while (held_.find("\r\n\r\n") == std::string::npos && receive()) {
    }
    const std::size_t end = held_.find("\r\n\r\n");
    return read(end == std::string::npos ? held_.size() : end + 4);
  }

  // A reply with Content-Length: head and body.
  std::string read_reply() {
    std::string head = read_head();
    const std::string lowered = base::lower(head);
    const std::size_t at = lowered.find("content-length: ");
    if (at == std::string::npos) return head;
    return head + read(std::stoul(lowered.substr(at + 16)));
  }

  // All until the server closes.
  std::string read_all() { return read(std::string::npos); }

 private:
  bool receive() {
    pollfd waiting{descriptor_, POLLIN, 0};
    if (::poll(&waiting, 1, 5000) <= 0) return false;
    char buffer[65536];
    const ssize_t got = ::recv(descriptor_, buffer, sizeof buffer, 0);
    if (got <= 0) return false;
    held_.append(buffer, static_cast<std::size_t>(got));
    return true;
  }

  int descriptor_;
  std::string held_;
};

// A server that runs for as long as the object lives.
struct Running {
  explicit Running(Handler handler, ServerOptions options = {}) {
    options.addresses = {"127.0.0.1"};
    options.port = 0;
    server = make_server(options, std::move(handler), clock, log);
    server->start();
  }
  [[nodiscard]] std::uint16_t port() const { return server->port(); }

  base::SystemClock clock;
  SilentLog log;
  std::unique_ptr<Server> server;
};

inline Reply text_reply(std::string text) {
  return {.status = 200, .headers = {}, .body = std::move(text), .head_length = {}};
}

// Answers with method, target and the gathered body.
inline void echo(const ExchangePtr& exchange) {
  exchange->gather(1 << 20, [exchange](std::optional<std::string> body) {
    const Request& request = exchange->request();
    exchange->reply(
        text_reply(request.method + " " + request.target + " " + body.value_or("(too large)")));
  });
}

inline std::string body_of(const std::string& reply) {
  const std::size_t end = reply.find("\r\n\r\n");
  return end == std::string::npos ? "" : reply.substr(end + 4);
}

}  // namespace millrace::http::test
