// A plain blocking-handler HTTP/1.1 server on a Unix socket, for model servers and supervisors.
#pragma once

#include "http/message.hpp"

#include <functional>
#include <memory>
#include <string>

namespace millrace::http {

struct LocalServerOptions {
  std::string socket_path;  // made with mode 0600; a former file of that name is replaced
  int threads = 1;          // handlers that run at once
  std::size_t body_limit = 64 * 1024 * 1024;  // 413 over it
};

// The handler gets the request and its whole body; what it throws becomes 500 with the text.
using LocalHandler = std::function<Reply(const Request& request, std::string body)>;

class LocalServer {
 public:
  virtual ~LocalServer() = default;
  virtual void run() = 0;   // returns after stop()
  virtual void stop() = 0;  // from any thread or a handler
};

[[nodiscard]] std::unique_ptr<LocalServer> make_local_server(const LocalServerOptions& options,
                                                             LocalHandler handler);

}  // namespace millrace::http
