// The steps of a connection, in the order in which a request passes them.
#include "http/connection.hpp"

#include "base/text.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace millrace::http {

namespace {

constexpr std::size_t drain_limit_bytes = 64 * 1024;
// What a client still sends before it reads why it was refused: with less, the answer to a body
// that is too large would be lost in a reset connection.
constexpr std::size_t linger_limit_bytes = 64 * 1024 * 1024;
constexpr int requests_per_turn = 32;  // of one client that sends them without waiting
constexpr std::chrono::seconds linger_timeout{2};
constexpr char tls_handshake_record = 0x16;
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

Connection::Connection(Loop& loop, int descriptor, std::string remote)
    : loop_(loop),
      core_(loop.core()),
      watch_(loop.poller(), *this, descriptor),
      remote_(std::move(remote)),
      incoming_(loop.buffers(), core_.limits.head_bytes) {
  set_deadline(core_.limits.idle_timeout);
}

Connection::~Connection() { finish_exchange(); }

void Connection::advance() {
  if (advancing_) return;
  advancing_ = true;
  requests_in_turn_ = 0;
  while (state_ != State::closed && step()) {
  }
  advancing_ = false;
  if (state_ == State::closed) release_when_done();
}

bool Connection::step() {
  switch (state_) {
    case State::fresh:
      return step_fresh();
    case State::handshake:
      return step_handshake();
    case State::idle:
      return step_idle();
    case State::head:
      return step_head();
    case State::handling:
      return step_handling();
    case State::gathering:
      return step_gathering();
    case State::replying:
      return step_replying();
    case State::sending:
      return step_sending();
    case State::draining:
      return step_draining();
    case State::lingering:
      return step_lingering();
    case State::closed:
      return false;
  }
  return false;
}

void Connection::abort() {
  if (state_ != State::closed) {
    state_ = State::closed;
    unlink();
    // Wakes a worker that waits for the body.
    ::shutdown(descriptor(), SHUT_RDWR);
    if (exchange_) exchange_->abandon();
    watch_.stop_waiting();
    // A handler's closures may hold its exchange, which is held here.
    const auto let_go = std::move(gathered_to_);
    gathered_to_ = nullptr;
  }
  release_when_done();
}

void Connection::release_when_done() {
  if (advancing_) return;
  if (exchange_ && !exchange_->take_back()) return;
  loop_.release(*this);
}

bool Connection::wait(const Io& io) {
  if (io.kind == Io::Kind::want_read) {
    watch_.wait_readable();
  } else {
    watch_.wait_writable();
  }
  return false;
}

// Others have their turn: a socket with room wakes us on the loop's next round.
bool Connection::yield() { return wait({Io::Kind::want_write, 0}); }

void Connection::expired() {
  if (state_ != State::gathering && state_ != State::head) return abort();
  give_up(408);
  advance();
}

// --- Beginning

bool Connection::step_fresh() {
  char first = 0;
  const ssize_t got = ::recv(descriptor(), &first, 1, MSG_PEEK);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return wait({Io::Kind::want_read, 0});
  if (got <= 0) {
    abort();
    return false;
  }
  if (first != tls_handshake_record) {
    stream_ = make_plain_stream(descriptor());
    state_ = State::idle;
    return true;
  }
  if (!core_.tls) {
    abort();
    return false;
  }
  auto stream = core_.tls->accept(descriptor(), tunnel_host_);
  tls_ = stream.get();
  stream_ = std::move(stream);
  state_ = State::handshake;
  set_deadline(core_.limits.tls_timeout);
  return true;
}

bool Connection::step_handshake() {
  const Io io = tls_->handshake();
  if (io.waits()) return wait(io);
  if (io.kind != Io::Kind::end) {
    abort();
    return false;
  }
  state_ = State::idle;
  set_deadline(core_.limits.idle_timeout);
  return true;
}

bool Connection::step_idle() {
  if (!incoming_.empty()) {
    state_ = State::head;
    set_deadline(core_.limits.head_timeout);
    return true;
  }
  if (answered_just_now_) {
    // The client cannot have asked again yet: a look at the socket would be in vain.
    answered_just_now_ = false;
    incoming_.rest();
    return wait({Io::Kind::want_read, 0});
  }
  const Io io = incoming_.fill(*stream_);
  if (io.kind == Io::Kind::bytes) return true;
  incoming_.rest();
  if (io.waits()) return wait(io);
  abort();
  return false;
}

bool Connection::step_head() {
  if (requests_in_turn_ == requests_per_turn) return yield();
  Request request;
  const int status = incoming_.next_request(core_.limits.head_fields, request);
  if (status == 200) {
    ++requests_in_turn_;
    dispatch(std::move(request));
    return true;
  }
  if (status != 0) {
    refuse(status);
    return true;
  }
  const Io io = incoming_.fill(*stream_);
  if (io.kind == Io::Kind::bytes) return true;
  if (io.waits()) return wait(io);
  abort();
  return false;
}

void Connection::dispatch(Request request) {
  unlink();
  continue_left_ = {};
  close_after_ = !incoming_.keep_alive() || core_.stopping.load(std::memory_order_relaxed);
  if (request.method == "CONNECT") return open_tunnel(request);
  if (const std::string* expected = request.headers.find("expect");
      expected && !incoming_.http_1_0()) {
    if (!base::equal_ignoring_case(*expected, "100-continue")) return refuse(417);
    if (!incoming_.body_done() && incoming_.empty()) continue_left_ = continue_line;
  }
  request.remote_address = remote_;
  request.tls = tls_ != nullptr;
  request.proxied_host = tunnel_host_;
  state_ = State::handling;
  exchange_ = std::make_shared<ServerExchange>(*this, loop_.shared_from_this(), std::move(request),
                                               tls_ ? tls_->session() : TlsSession());
  watching_ = incoming_.body_done() ? Watching::begins : Watching::not_at_all;
  const std::shared_ptr<ServerExchange> exchange = exchange_;
  exchange->guard([&] { core_.handler(exchange->handle()); });
}

void Connection::open_tunnel(const Request& request) {
  const std::string host = request.target.substr(0, request.target.rfind(':'));
  const bool allowed = core_.tls && tls_ == nullptr && tunnel_host_.empty() &&
                       core_.options.proxies_host && core_.options.proxies_host(host);
  if (!allowed) return refuse(403);
  if (!incoming_.empty() || !incoming_.body_done()) return refuse(400);
  tunnel_host_ = host;
  tunnel_after_ = true;
  close_after_ = false;
  outgoing_.begin() = "HTTP/1.1 200 Connection established\r\n\r\n";
  state_ = State::sending;
  set_deadline(core_.limits.body_timeout);
}

void Connection::refuse(int status) {
  refused_ = true;
  close_after_ = true;
  Reply reply{.status = status, .headers = {}, .body = {}, .head_length = {}};
  reply.headers.add("Content-Type", "text/plain");
  reply.body = std::to_string(status) + " " + std::string(reason(status)) + "\n";
  begin_sending(reply, frame(reply, false, false, false));
}

// --- In the handler's hands

bool Connection::step_handling() {
  if (watching_ == Watching::not_at_all) return false;
  if (watching_ == Watching::looks) return watch_client();
  // What is not there yet wakes us: no need to look before.
  watching_ = incoming_.empty() ? Watching::looks : Watching::not_at_all;
  if (incoming_.empty()) watch_.wait_readable();
  return false;
}

// Only a hint to the handler: a client may have closed its own direction and still read the answer.
bool Connection::watch_client() {
  if (watch_.waits_readable()) return false;
  pollfd state{descriptor(), POLLIN | POLLRDHUP, 0};
  ::poll(&state, 1, 0);
  if ((state.revents & (POLLERR | POLLHUP | POLLRDHUP)) != 0) {
    exchange_->abandon();
    watching_ = Watching::not_at_all;
  } else if ((state.revents & POLLIN) != 0 || !incoming_.empty()) {
    // The next request waits already; it would wake us for ever.
    watching_ = Watching::not_at_all;
  } else {
    watch_.wait_readable();
  }
  return false;
}

Io Connection::read_body(char* out, std::size_t size) {
  while (!continue_left_.empty()) {
    const Io io = stream_->write(continue_left_, false);
    if (io.kind != Io::Kind::bytes) return io;
    continue_left_.remove_prefix(io.count);
  }
  return incoming_.read_body(*stream_, out, size);
}

// --- Answering

void Connection::reply(Reply reply) {
  if (state_ != State::handling && state_ != State::gathering) return;
  reply_ = std::move(reply);
  state_ = State::replying;
  unlink();
  const auto let_go = std::move(gathered_to_);
  gathered_to_ = nullptr;
  gathered_ = {};
  advance();
}

bool Connection::step_replying() {
  if (!exchange_->take_back()) {
    // A worker reads on although the answer is given: only the end of what it reads brings it back.
    close_after_ = true;
    ::shutdown(descriptor(), SHUT_RD);
    return false;
  }
  core_.requests.fetch_add(1, std::memory_order_relaxed);
  if (!can_keep_alive()) close_after_ = true;
  const bool head = exchange_->request().method == "HEAD";
  const Framing framing = frame(reply_, head, incoming_.http_1_0(), !close_after_);
  begin_sending(reply_, framing);
  if (framing.body) outgoing_.add_body(std::move(reply_.body), framing.chunked);
  reply_ = {};
  return true;
}

// With an unread body the connection is worth keeping only when little of it is to come, and surely
// comes.
bool Connection::can_keep_alive() const {
  if (core_.stopping.load(std::memory_order_relaxed)) return false;
  if (incoming_.body_done()) return true;
  if (exchange_->body_failed()) return false;
  const std::optional<std::uint64_t> left = incoming_.body_left();
  return continue_left_.empty() && left && *left <= drain_limit_bytes;
}

void Connection::begin_sending(const Reply& reply, const Framing& framing) {
  close_after_ = framing.close;
  std::string& head = outgoing_.begin(Outgoing::joined_size(reply.body));
  write_head(head, reply, framing, exchange_ && incoming_.http_1_0(), loop_.date());
  if (!exchange_) outgoing_.add_body(reply.body, false);
  state_ = State::sending;
  set_deadline(core_.limits.body_timeout);
}

bool Connection::step_sending() {
  if (piece_asked_) return false;
  const Io io = outgoing_.send(*stream_, loop_.scratch());
  if (io.kind == Io::Kind::end) {
    after_sending();
    return true;
  }
  if (io.count > 0) set_deadline(core_.limits.body_timeout);
  if (io.waits()) return wait(io);
  if (io.kind == Io::Kind::failed) {
    abort();
    return false;
  }
  if (outgoing_.needs_piece()) {
    piece_asked_ = true;
    unlink();
    exchange_->fetch_piece(outgoing_.shared_reader(), outgoing_.empty_piece());
    return false;
  }
  return yield();
}

void Connection::give_piece(Piece piece) {
  piece_asked_ = false;
  if (state_ != State::sending) return;
  if (!outgoing_.give(std::move(piece))) return abort();
  set_deadline(core_.limits.body_timeout);
  advance();
}

void Connection::finish_exchange() {
  core_.gathered.fetch_sub(std::exchange(reserved_, 0), std::memory_order_relaxed);
  if (!exchange_) return;
  exchange_->detach();
  exchange_.reset();
}

void Connection::after_sending() {
  outgoing_.clear();
  finish_exchange();
  if (tunnel_after_) {
    tunnel_after_ = false;
    stream_.reset();
    state_ = State::fresh;
    set_deadline(core_.limits.tls_timeout);
  } else if (close_after_) {
    linger();
  } else if (!incoming_.body_done()) {
    drained_ = 0;
    state_ = State::draining;
    set_deadline(core_.limits.body_timeout);
  } else {
    state_ = State::idle;
    // TLS may hold what it has taken from the socket.
    answered_just_now_ = tls_ == nullptr;
    set_deadline(core_.limits.idle_timeout);
  }
}

bool Connection::step_draining() {
  const std::span<char> scratch = loop_.scratch();
  while (!incoming_.body_done()) {
    const Io io = read_body(scratch.data(), scratch.size());
    if (io.waits()) return wait(io);
    drained_ += io.count;
    if (io.kind == Io::Kind::failed || drained_ > drain_limit_bytes) {
      abort();
      return false;
    }
  }
  state_ = State::idle;
  set_deadline(core_.limits.idle_timeout);
  return true;
}

// Closing with bytes unread would make the kernel reset the connection, and the reply could be lost
// with it.
void Connection::linger() {
  if (tls_ != nullptr) tls_->finish();
  if (!refused_ && incoming_.body_done() && incoming_.empty()) return abort();
  ::shutdown(descriptor(), SHUT_WR);
  drained_ = 0;
  state_ = State::lingering;
  set_deadline(linger_timeout);
}

bool Connection::step_lingering() {
  const std::span<char> scratch = loop_.scratch();
  while (drained_ <= linger_limit_bytes) {
    const ssize_t got = ::recv(descriptor(), scratch.data(), drain_limit_bytes, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return wait({Io::Kind::want_read, 0});
    if (got <= 0) break;
    drained_ += static_cast<std::size_t>(got);
  }
  abort();
  return false;
}

}  // namespace millrace::http
