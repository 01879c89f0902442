// The HTTP/1.1 server: event loops that own connections, TLS on the same port, CONNECT for a
// proxy's clients, and a bounded pool of workers for what blocks.
#pragma once

#include "base/log.hpp"
#include "base/time.hpp"
#include "http/message.hpp"
#include "http/tls.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace millrace::http {

struct Limits {
  std::size_t head_bytes = 64 * 1024;  // 431 over it
  std::size_t head_fields = 100;
  std::size_t gathered_bytes = 25 * 1024 * 1024;  // `gather` callers may ask for less
  // What all requests in flight together may have gathered; 503 over it.
  std::size_t gathered_total_bytes = 512 * 1024 * 1024;
  std::size_t connections = 20'000;
  std::size_t workers = 64;
  std::size_t paused_workers = 2048;  // more workers while as many wait for slow bodies
  std::size_t waiting = 1024;         // jobs queued for workers; then the handler's work is refused
  std::chrono::seconds head_timeout{20};
  std::chrono::seconds idle_timeout{75};
  std::chrono::seconds body_timeout{30};  // without progress, in either direction
  // What a request's body must keep up with after its first `body_timeout`.
  std::size_t body_bytes_per_second = 512;
  std::chrono::seconds tls_timeout{10};
};

// One request and its reply. The loop owns it and a handler may hold it for as long as it needs; if
// it is let go without a reply, the client gets 500. Member functions may be called from any thread
// unless said otherwise.
class Exchange {
 public:
  virtual ~Exchange() = default;
  [[nodiscard]] virtual const Request& request() const = 0;

  // Takes in the whole body (answering Expect: 100-continue first), then calls `done` on the loop
  // with it, or with nothing when it is larger than `limit`. Where the client fails or is too slow,
  // `done` is never called and the exchange ends by itself.
  virtual void gather(std::size_t limit, std::function<void(std::optional<std::string>)> done) = 0;
  // The body as it arrives, for a worker thread: reads block, never on a loop. Throws BodyError
  // when the client fails or is too slow.
  [[nodiscard]] virtual base::Reader& body() = 0;

  // Sends the answer; a second one is ignored. An unread body is drained up to 64 KiB, else the
  // connection closes.
  virtual void reply(Reply reply) = 0;

  // Runs `work` on a worker; false when the queue is full (the caller then replies with its
  // protocol's throttling error).
  [[nodiscard]] virtual bool work(std::function<void()> work) = 0;
  // Runs `then` on the exchange's loop after `delay`, unless the exchange has been answered.
  virtual void after(base::Milliseconds delay, std::function<void()> then) = 0;
  // Runs `then` on the exchange's loop soon.
  virtual void post(std::function<void()> then) = 0;
  // True once the client has gone away.
  [[nodiscard]] virtual bool abandoned() const = 0;
};

struct BodyError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Shared: the loop, a worker and a held answer's timer each keep the exchange alive.
using ExchangePtr = std::shared_ptr<Exchange>;
// Called on the loop as soon as a request's head is complete; must not block.
using Handler = std::function<void(ExchangePtr)>;

struct ServerOptions {
  std::vector<std::string> addresses = {"127.0.0.1",
                                        "::1"};  // ::1 is skipped with a log line where IPv6 is off
  std::uint16_t port = 4566;                     // 0 picks one, the same for all addresses
  int loops = 1;
  Limits limits;
  CertificateSource* certificates = nullptr;  // null: TLS and CONNECT are refused
  // Hosts for which CONNECT is answered; others get 403.
  std::function<bool(std::string_view host)> proxies_host;
};

class Server {
 public:
  virtual ~Server() = default;
  // Binds and listens; throws std::system_error with address and port.
  virtual void start() = 0;
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  // No new connections; requests in flight get until the deadline; returns when all threads are
  // done. Safe to call twice; not from a handler.
  virtual void stop(std::chrono::milliseconds deadline) = 0;
  // Connections open, requests answered: for /_millrace/metrics.
  struct Counters {
    std::uint64_t connections;
    std::uint64_t requests;
  };
  [[nodiscard]] virtual Counters counters() const = 0;
};

[[nodiscard]] std::unique_ptr<Server> make_server(const ServerOptions& options, Handler handler,
                                                  base::Clock& clock, base::Log& log);

}  // namespace millrace::http
