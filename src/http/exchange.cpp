// What handlers may do from any thread, brought to the connection's loop.
#include "http/exchange.hpp"

#include "http/connection.hpp"

#include <poll.h>

#include <cerrno>

namespace millrace::http {

ExchangePtr ServerExchange::handle() {
  // A control block of its own: this count is the handler's, the other one also that of the
  // connection.
  return {this, [self = shared_from_this()](Exchange*) { self->let_go(); }};
}

void ServerExchange::let_go() {
  if (!answered_.load()) reply({.status = 500, .headers = {}, .body = {}, .head_length = {}});
}

void ServerExchange::gather(std::size_t limit,
                            std::function<void(std::optional<std::string>)> done) {
  on_loop([limit, done = std::move(done)](ServerExchange& self) mutable {
    if (self.connection_ != nullptr) self.connection_->gather(limit, std::move(done));
  });
}

void ServerExchange::reply(Reply reply) {
  if (answered_.exchange(true)) return;
  on_loop([reply = std::move(reply)](ServerExchange& self) mutable {
    for (const Timers::Key& key : self.timers_) self.loop_->timers().cancel(key);
    self.timers_.clear();
    if (self.connection_ != nullptr) self.connection_->reply(std::move(reply));
  });
}

void ServerExchange::guard(const std::function<void()>& call) {
  try {
    call();
  } catch (const std::exception& error) {
    loop_->core().log.write(base::Level::error, std::string("a handler threw: ") + error.what());
    reply({.status = 500, .headers = {}, .body = {}, .head_length = {}});
  }
}

bool ServerExchange::work(std::function<void()> work) {
  return loop_->core().workers.submit(
      [self = shared_from_this(), work = std::move(work)] { self->guard(work); });
}

void ServerExchange::after(base::Milliseconds delay, std::function<void()> then) {
  on_loop([delay, then = std::move(then)](ServerExchange& self) mutable {
    if (self.answered_.load()) return;
    auto guarded = [held = self.shared_from_this(), then = std::move(then)] { held->guard(then); };
    self.timers_.push_back(self.loop_->timers().after(delay, std::move(guarded)));
  });
}

void ServerExchange::post(std::function<void()> then) {
  loop_->post([self = shared_from_this(), then = std::move(then)] { self->guard(then); });
}

std::size_t ServerExchange::read(char* out, std::size_t size) {
  {
    const std::lock_guard lock(mutex_);
    if (!body_open_) throw BodyError("the exchange has ended");
    reading_ = true;
  }
  struct Leave {
    ServerExchange& exchange;
    ~Leave() { exchange.leave_body(); }
  } const leave{*this};
  return read_blocking(*connection_, out, size);
}

namespace {

// Most bodies come faster than this; only a client that keeps a worker for longer has it replaced.
constexpr std::chrono::milliseconds short_wait{50};

int poll_for(pollfd& waiting, std::chrono::milliseconds timeout) {
  return ::poll(&waiting, 1, static_cast<int>(timeout.count()));
}

}  // namespace

int ServerExchange::await(int descriptor, short event) {
  pollfd waiting{descriptor, event, 0};
  const std::chrono::milliseconds timeout = pace_.left();
  const int soon = poll_for(waiting, std::min(timeout, short_wait));
  if (soon != 0 || timeout <= short_wait) return soon;
  loop_->core().workers.pause();
  const int late = poll_for(waiting, timeout - short_wait);
  loop_->core().workers.resume();
  return late;
}

std::size_t ServerExchange::read_blocking(Connection& connection, char* out, std::size_t size) {
  if (!began_reading_) pace_.begin(loop_->core().limits);
  began_reading_ = true;
  while (true) {
    const Io io = connection.read_body(out, size);
    if (io.kind == Io::Kind::bytes) {
      pace_.took(io.count);
      return io.count;
    }
    if (io.kind == Io::Kind::end) return 0;
    if (io.kind == Io::Kind::failed) {
      abandon();
      throw BodyError("the client ended the connection before the end of the body");
    }
    const short event = io.kind == Io::Kind::want_read ? POLLIN : POLLOUT;
    const int ready = await(connection.descriptor(), event);
    if (ready > 0 || (ready < 0 && errno == EINTR)) continue;
    body_failed_ = true;
    if (ready == 0) throw BodyError("the client sent nothing of the body for too long");
    throw BodyError("the connection cannot be waited for");
  }
}

void ServerExchange::leave_body() {
  bool awaited = false;
  {
    const std::lock_guard lock(mutex_);
    reading_ = false;
    awaited = !body_open_;
  }
  if (!awaited) return;
  loop_->post([self = shared_from_this()] { self->resume(); });
}

void ServerExchange::resume() {
  if (connection_ != nullptr) connection_->advance();
}

bool ServerExchange::take_back() {
  const std::lock_guard lock(mutex_);
  body_open_ = false;
  return !reading_;
}

void ServerExchange::detach() {
  const std::lock_guard lock(mutex_);
  body_open_ = false;
  connection_ = nullptr;
}

void ServerExchange::fetch_piece(std::shared_ptr<base::Reader> reader, Piece piece) {
  auto job = [self = shared_from_this(), reader = std::move(reader),
              piece = std::move(piece)]() mutable {
    auto next = std::make_shared<Piece>(read_piece(*reader, std::move(piece)));
    self->loop_->post([self, next] {
      if (self->connection_ != nullptr) self->connection_->give_piece(std::move(*next));
    });
  };
  // After the pool's end the connection is closed by the stopping server.
  static_cast<void>(loop_->core().workers.go_on(std::move(job)));
}

TlsSession tls_session_of(const Exchange& exchange) {
  const auto* of_server = dynamic_cast<const ServerExchange*>(&exchange);
  return of_server ? of_server->tls_session() : TlsSession();
}

}  // namespace millrace::http
