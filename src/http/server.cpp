// A running server: binding, starting its threads, and stopping in order.
#include "http/server.hpp"

#include "http/listener.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <latch>
#include <system_error>
#include <thread>

namespace millrace::http {

namespace {

constexpr int port_attempts = 10;
constexpr std::chrono::milliseconds drain_look{2};

bool is_absent(const std::system_error& error) {
  const int code = error.code().value();
  return code == EAFNOSUPPORT || code == EADDRNOTAVAIL;
}

class RunningServer final : public Server {
 public:
  RunningServer(const ServerOptions& options, Handler handler, base::Clock& clock, base::Log& log)
      : core_(std::make_shared<Core>(options, std::move(handler), clock, log)) {
    for (int i = 0; i < std::max(1, options.loops); ++i)
      loops_.push_back(std::make_shared<Loop>(core_));
  }

  ~RunningServer() override { stop(std::chrono::milliseconds(0)); }

  void start() override {
    for (const int descriptor : bind_all())
      listeners_.push_back(std::make_unique<Listener>(loops_, descriptor));
    for (const auto& loop : loops_) loop->start();
    loops_.front()->post([this] {
      for (const auto& listener : listeners_) listener->begin();
    });
    started_ = true;
  }

  [[nodiscard]] std::uint16_t port() const override { return port_; }

  void stop(std::chrono::milliseconds deadline) override {
    if (!started_.exchange(false)) return;
    core_->stopping = true;
    on_loop(*loops_.front(), [this] {
      for (const auto& listener : listeners_) listener->close();
    });
    close_connections(false);
    const auto end = std::chrono::steady_clock::now() + deadline;
    while (core_->connections.load() > 0 && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(drain_look);
    close_connections(true);
    core_->workers.stop();
    for (const auto& loop : loops_) loop->finish();
    listeners_.clear();
  }

  [[nodiscard]] Counters counters() const override {
    return {.connections = core_->connections.load(), .requests = core_->requests.load()};
  }

 private:
  // All addresses on one port; where the system picks it, it may be taken on the next address.
  std::vector<int> bind_all() {
    for (int attempt = 1;; ++attempt) {
      std::vector<int> bound;
      try {
        port_ = core_->options.port;
        bind_each(bound);
        return bound;
      } catch (const std::system_error& error) {
        for (const int descriptor : bound) ::close(descriptor);
        const bool again = core_->options.port == 0 && error.code().value() == EADDRINUSE;
        if (!again || attempt == port_attempts) throw;
      }
    }
  }

  void bind_each(std::vector<int>& bound) {
    for (const std::string& address : core_->options.addresses) {
      try {
        bound.push_back(listen_on(address, port_));
      } catch (const std::system_error& error) {
        if (address != "::1" || !is_absent(error) || core_->options.addresses.size() == 1) throw;
        core_->log.write(base::Level::info, "not listening on ::1, as IPv6 is off here");
        continue;
      }
      port_ = port_of(bound.back());
    }
  }

  static void on_loop(Loop& loop, const std::function<void()>& call) {
    std::latch done(1);
    loop.post([&] {
      call();
      done.count_down();
    });
    done.wait();
  }

  void close_connections(bool all) {
    for (const auto& loop : loops_) {
      on_loop(*loop, [&] { loop->close_connections(all); });
    }
  }

  // Shared with the loops, and through them with exchanges that outlive the server.
  const std::shared_ptr<Core> core_;
  std::vector<std::shared_ptr<Loop>> loops_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::uint16_t port_ = 0;
  std::atomic<bool> started_{false};
};

}  // namespace

std::unique_ptr<Server> make_server(const ServerOptions& options, Handler handler,
                                    base::Clock& clock, base::Log& log) {
  return std::make_unique<RunningServer>(options, std::move(handler), clock, log);
}

}  // namespace millrace::http
