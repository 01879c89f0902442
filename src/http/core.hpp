// What the loops, connections and exchanges of one server share.
#pragma once

#include "http/server.hpp"
#include "http/tls_stream.hpp"
#include "http/worker_pool.hpp"

#include <atomic>

namespace millrace::http {

struct Core {
  Core(const ServerOptions& given, Handler handle, base::Clock& time, base::Log& out)
      : options(given),
        limits(options.limits),
        handler(std::move(handle)),
        clock(time),
        log(out),
        workers(options.limits.workers, options.limits.paused_workers, options.limits.waiting),
        tls(options.certificates == nullptr ? nullptr : make_tls_acceptor(*options.certificates)) {}

  const ServerOptions options;
  const Limits& limits;
  const Handler handler;
  base::Clock& clock;
  base::Log& log;
  WorkerPool workers;
  const std::unique_ptr<TlsAcceptor> tls;  // or none: TLS is refused
  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::size_t> gathered{0};  // bytes of bodies held by requests in flight
  std::atomic<bool> stopping{false};
};

}  // namespace millrace::http
