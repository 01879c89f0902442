// An HTTP/1.1 client for model servers and supervisors on local sockets: persistent connections,
// answers by callback.
#pragma once

#include "http/message.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace millrace::http {

struct ClientError {
  enum class Kind { refused, timed_out, closed, malformed, too_large };
  Kind kind;
  std::string what;
};

struct ClientReply {
  int status = 0;
  Headers headers;
  std::string body;
};

struct Ask {
  std::string socket_path;  // a Unix socket
  std::string method = "GET";
  std::string target = "/";
  Headers headers;
  std::string body;
  std::chrono::milliseconds timeout{60'000};
  std::size_t reply_limit = 64 * 1024 * 1024;
  // Of a server that answers one at a time anyway: asked behind others on one connection, without
  // waiting for their answers, so that many cost few system calls.
  bool in_series = false;
};

class Client {
 public:
  virtual ~Client() = default;
  // `done` is called once, on the server's loop if that is where it is asked, else on a thread of
  // the client's own; exactly one of the two is set. Must not block.
  virtual void send(
      Ask ask,
      std::function<void(std::optional<ClientReply>, std::optional<ClientError>)> done) = 0;
  // Waits for the answer; for workers, never on a loop. Throws std::runtime_error with the reason.
  [[nodiscard]] ClientReply send_and_wait(Ask ask);
};

[[nodiscard]] std::unique_ptr<Client> make_client();

}  // namespace millrace::http
