// A turn's steps: the request written, and then of its reply the head found and the body taken in.
#include "http/client_connection.hpp"

#include "base/text.hpp"

namespace millrace::http {

namespace {

constexpr std::size_t head_limit_bytes = 64 * 1024;
constexpr std::size_t fields_limit = 100;
constexpr std::size_t kept_bytes = 64 * 1024;  // of a buffer, while there is nothing in it

void add_wire_form(std::string& out, const Ask& ask) {
  out.append(ask.method).append(" ").append(ask.target).append(" HTTP/1.1\r\n");
  if (!ask.headers.has("host")) out.append("Host: localhost\r\n");
  for (const auto& [name, value] : ask.headers) {
    if (!base::equal_ignoring_case(name, "content-length"))
      out.append(name).append(": ").append(value).append("\r\n");
  }
  if (!ask.body.empty() || (ask.method != "GET" && ask.method != "HEAD"))
    out.append("Content-Length: ").append(std::to_string(ask.body.size())).append("\r\n");
  out.append("\r\n").append(ask.body);
}

void empty(std::string& buffer) {
  buffer.clear();
  if (buffer.capacity() > kept_bytes) buffer.shrink_to_fit();
}

}  // namespace

ClientConnection::ClientConnection(Poller& poller, ClientConnectionOwner& owner,
                                   std::span<char> scratch, int descriptor)
    : owner_(owner),
      scratch_(scratch),
      watch_(poller, *this, descriptor),
      stream_(make_plain_stream(descriptor)) {}

void ClientConnection::begin(std::unique_ptr<Turn> turn) {
  const std::size_t before = out_.size();
  add_wire_form(out_, turn->ask);
  begun_bytes_ += out_.size() - before;
  turn->end = begun_bytes_;
  turn->connection = this;
  turns_.push_back(std::move(turn));
  if (state_ == State::idle) state_ = State::head;
}

void ClientConnection::send() {
  while (sent_ < out_.size()) {
    const Io io = stream_->write(std::string_view(out_).substr(sent_), false);
    if (io.kind == Io::Kind::want_write) {
      watch_.wait_writable();
      // The peer may answer before it has taken in everything.
      return watch_.wait_readable();
    }
    if (io.kind != Io::Kind::bytes) return unsendable();
    sent_ += io.count;
    sent_bytes_ += io.count;
  }
  empty(out_);
  sent_ = 0;
  // The reply cannot be there yet.
  watch_.wait_readable();
}

// A server that refuses a large body may have said so before it closed.
void ClientConnection::unsendable() {
  empty(out_);
  sent_ = 0;
  unsent_ = true;
  woken_ = true;
  advance();
}

void ClientConnection::readable() {
  woken_ = true;
  // Nothing is due on an idle connection: bytes or the end, either way it is of no use any more.
  if (state_ == State::idle) return close();
  advance();
}

void ClientConnection::writable() { send(); }

void ClientConnection::advance() {
  if (advancing_) return;
  advancing_ = true;
  while (step()) {
  }
  advancing_ = false;
  if (state_ == State::closed) close();
}

bool ClientConnection::step() {
  switch (state_) {
    case State::head:
      return step_head();
    case State::body:
      return step_body();
    case State::idle:
    case State::closed:
      return false;
  }
  return false;
}

// True when bytes came in; otherwise it waits, has seen the end, or has failed.
bool ClientConnection::receive() {
  if (!woken_) {
    watch_.wait_readable();
    return false;
  }
  in_.erase(0, std::exchange(at_, 0));
  const Io io = stream_->read(scratch_.data(), scratch_.size());
  if (io.kind == Io::Kind::bytes) {
    replying_ = true;
    in_.append(scratch_.data(), io.count);
    return true;
  }
  if (io.kind == Io::Kind::want_read) {
    watch_.wait_readable();
    return false;
  }
  ended_ = true;
  if (!until_close_ || io.kind == Io::Kind::failed)
    fail(*turns_.front(), ClientError::Kind::closed,
         "the connection broke before the end of the answer");
  return false;
}

bool ClientConnection::step_head() {
  const HeadSearch search = find_head(received(), searched_);
  searched_ = search.size;
  if (search.state == HeadSearch::State::incomplete && received().size() <= head_limit_bytes)
    return receive();
  if (search.state != HeadSearch::State::complete ||
      !parser_.read_response(received().substr(0, search.size), fields_limit, reply_.status,
                             reply_.headers)) {
    fail(*turns_.front(), ClientError::Kind::malformed,
         "the answer's head is malformed or too large");
    return false;
  }
  at_ += search.size;
  searched_ = 0;
  // An interim answer; the real one follows.
  if (reply_.status >= 100 && reply_.status < 200) return true;
  return begin_body();
}

bool ClientConnection::begin_body() {
  const bool none =
      turns_.front()->ask.method == "HEAD" || reply_.status == 204 || reply_.status == 304;
  until_close_ = !none && !parser_.chunked() && !parser_.content_length();
  body_size_ = none ? 0 : static_cast<std::size_t>(parser_.content_length().value_or(0));
  state_ = State::body;
  if (none) return finish();
  if (body_size_ <= turns_.front()->ask.reply_limit) return true;
  return too_large();
}

bool ClientConnection::too_large() {
  fail(*turns_.front(), ClientError::Kind::too_large, "the answer is too large");
  return false;
}

bool ClientConnection::step_body() {
  if (!until_close_) return parser_.chunked() ? take_chunked() : take_sized();
  while (receive()) {
    if (received().size() > turns_.front()->ask.reply_limit) return too_large();
  }
  if (state_ == State::closed || !ended_) return false;
  reply_.body = received();
  at_ = in_.size();
  return finish();
}

bool ClientConnection::take_sized() {
  if (received().size() < body_size_) return receive();
  reply_.body = received().substr(0, body_size_);
  at_ += body_size_;
  return finish();
}

bool ClientConnection::take_chunked() {
  if (received().empty()) return receive();
  const std::size_t held = reply_.body.size();
  reply_.body.resize(held + received().size());
  const Parser::Decoded step = parser_.decode(received(), reply_.body.data() + held);
  reply_.body.resize(held + step.produced);
  at_ += step.consumed;
  if (step.failed) {
    fail(*turns_.front(), ClientError::Kind::malformed, "the answer's chunks are malformed");
  } else if (reply_.body.size() > turns_.front()->ask.reply_limit) {
    return too_large();
  } else if (step.end) {
    return finish();
  }
  return state_ == State::body;
}

// True when the next turn's reply is due.
bool ClientConnection::finish() {
  std::unique_ptr<Turn> turn = std::move(turns_.front());
  turns_.pop_front();
  // What is more than was announced, and replies to what was not asked yet, belong to no question.
  const bool odd = turn->end > sent_bytes_ || (turns_.empty() && !received().empty());
  const bool keep = parser_.keep_alive() && !until_close_ && !ended_ && !unsent_ && !odd;
  used_before_ = true;
  replying_ = !received().empty();
  woken_ = false;
  if (received().empty()) {
    empty(in_);
    at_ = 0;
  }
  state_ = !keep ? State::closed : turns_.empty() ? State::idle : State::head;
  // The owner may begin another turn at once.
  owner_.ended(*this, std::move(turn), {.reply = std::exchange(reply_, {}), .error = {}});
  if (state_ == State::idle) watch_.wait_readable();
  return state_ == State::head;
}

void ClientConnection::fail(const Turn& turn, ClientError::Kind kind, std::string what) {
  state_ = State::closed;
  give_back(&turn, {kind, std::move(what)});
  close();
}

void ClientConnection::give_back(const Turn* at_fault, const ClientError& error) {
  std::deque<std::unique_ptr<Turn>> turns = std::exchange(turns_, {});
  for (std::size_t i = 0; i < turns.size(); ++i) {
    Outcome outcome = outcome_of(turns[i].get() == at_fault, i == 0, error);
    owner_.ended(*this, std::move(turns[i]), std::move(outcome));
  }
}

Outcome ClientConnection::outcome_of(bool faulty, bool first, const ClientError& error) const {
  const bool untouched = !(first && replying_);
  if (!faulty) {
    const ClientError lost{ClientError::Kind::closed, "the connection ended before the answer"};
    return {.reply = {},
            .error = lost,
            .again = untouched ? Outcome::Again::always : Outcome::Again::no};
  }
  const bool stale = error.kind == ClientError::Kind::closed && used_before_ && untouched;
  return {.reply = {}, .error = error, .again = stale ? Outcome::Again::once : Outcome::Again::no};
}

void ClientConnection::close() {
  state_ = State::closed;
  give_back(nullptr, {});
  watch_.stop_waiting();
  if (!advancing_) owner_.released(*this);
}

}  // namespace millrace::http
