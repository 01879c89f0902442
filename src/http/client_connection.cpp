// A turn's steps: the request written, the head found, the body taken in.
#include "http/client_connection.hpp"

#include "base/text.hpp"

namespace millrace::http {

namespace {

constexpr std::size_t head_limit_bytes = 64 * 1024;
constexpr std::size_t fields_limit = 100;

std::string wire_form(const Ask& ask) {
  std::string out;
  out.reserve(256 + ask.body.size());
  out.append(ask.method).append(" ").append(ask.target).append(" HTTP/1.1\r\n");
  if (!ask.headers.has("host")) out.append("Host: localhost\r\n");
  for (const auto& [name, value] : ask.headers) {
    if (!base::equal_ignoring_case(name, "content-length"))
      out.append(name).append(": ").append(value).append("\r\n");
  }
  if (!ask.body.empty() || (ask.method != "GET" && ask.method != "HEAD"))
    out.append("Content-Length: ").append(std::to_string(ask.body.size())).append("\r\n");
  return out.append("\r\n").append(ask.body);
}

}  // namespace

ClientConnection::ClientConnection(boost::asio::io_context& context, ClientConnectionOwner& owner,
                                   std::span<char> scratch, int descriptor)
    : owner_(owner),
      scratch_(scratch),
      descriptor_(context.get_executor(), descriptor),
      stream_(make_plain_stream(descriptor)) {}

void ClientConnection::begin(std::unique_ptr<Turn> turn) {
  turn_ = std::move(turn);
  turn_->connection = this;
  out_ = wire_form(turn_->ask);
  sent_ = 0;
  in_.clear();
  searched_ = 0;
  reply_ = {};
  received_ = false;
  state_ = State::writing;
  advance();
}

void ClientConnection::advance() {
  if (advancing_) return;
  advancing_ = true;
  while (state_ != State::closed && step()) {
  }
  advancing_ = false;
  if (state_ == State::closed) close();
}

bool ClientConnection::step() {
  switch (state_) {
    case State::idle:
    case State::writing:
      return step_writing();
    case State::head:
      return step_head();
    case State::body:
      return step_body();
    case State::closed:
      return false;
  }
  return false;
}

void ClientConnection::wait(Descriptor::wait_type what, bool& waiting) {
  if (waiting) return;
  waiting = true;
  descriptor_.async_wait(what, [this, &waiting](const boost::system::error_code&) {
    waiting = false;
    // Nothing is due on an idle connection: bytes or the end, either way it is of no use any more.
    if (state_ == State::idle) state_ = State::closed;
    if (state_ == State::closed) return close();
    advance();
  });
}

bool ClientConnection::step_writing() {
  while (sent_ < out_.size()) {
    const Io io = stream_->write(std::string_view(out_).substr(sent_), false);
    if (io.kind == Io::Kind::want_write) {
      wait(Descriptor::wait_write, waits_writable_);
      return false;
    }
    if (io.kind != Io::Kind::bytes) {
      // A server that refuses a large body may have said so before it closed.
      unsent_ = true;
      state_ = State::head;
      return true;
    }
    sent_ += io.count;
  }
  state_ = State::head;
  // The answer cannot be there yet.
  wait(Descriptor::wait_read, waits_readable_);
  return false;
}

// True when bytes came in; otherwise it waits, has seen the end, or has failed.
bool ClientConnection::receive() {
  const Io io = stream_->read(scratch_.data(), scratch_.size());
  if (io.kind == Io::Kind::bytes) {
    received_ = true;
    in_.append(scratch_.data(), io.count);
    return true;
  }
  if (io.kind == Io::Kind::want_read) {
    wait(Descriptor::wait_read, waits_readable_);
    return false;
  }
  ended_ = true;
  if (!until_close_ || io.kind == Io::Kind::failed)
    broken("the connection broke before the end of the answer");
  return false;
}

bool ClientConnection::step_head() {
  const HeadSearch search = find_head(in_, searched_);
  searched_ = search.size;
  if (search.state == HeadSearch::State::incomplete && in_.size() <= head_limit_bytes)
    return receive();
  if (search.state != HeadSearch::State::complete ||
      !parser_.read_response(std::string_view(in_).substr(0, search.size), fields_limit,
                             reply_.status, reply_.headers)) {
    fail(ClientError::Kind::malformed, "the answer's head is malformed or too large");
    return false;
  }
  in_.erase(0, search.size);
  searched_ = 0;
  // An interim answer; the real one follows.
  if (reply_.status >= 100 && reply_.status < 200) return true;
  return begin_body();
}

bool ClientConnection::begin_body() {
  const bool none = turn_->ask.method == "HEAD" || reply_.status == 204 || reply_.status == 304;
  until_close_ = !none && !parser_.chunked() && !parser_.content_length();
  body_size_ = none ? 0 : static_cast<std::size_t>(parser_.content_length().value_or(0));
  state_ = State::body;
  if (none) return finish();
  if (body_size_ <= turn_->ask.reply_limit) return true;
  fail(ClientError::Kind::too_large, "the answer is too large");
  return false;
}

bool ClientConnection::step_body() {
  if (!until_close_) return parser_.chunked() ? take_chunked() : take_sized();
  while (receive()) {
    if (in_.size() <= turn_->ask.reply_limit) continue;
    fail(ClientError::Kind::too_large, "the answer is too large");
    return false;
  }
  if (state_ == State::closed || !ended_) return false;
  reply_.body = std::move(in_);
  return finish();
}

bool ClientConnection::take_sized() {
  if (in_.size() < body_size_) return receive();
  // More than was announced belongs to no question: the connection is not used again.
  ended_ = in_.size() > body_size_;
  in_.resize(body_size_);
  reply_.body = std::move(in_);
  return finish();
}

bool ClientConnection::take_chunked() {
  if (in_.empty()) return receive();
  const std::size_t held = reply_.body.size();
  reply_.body.resize(held + in_.size());
  const Parser::Decoded step = parser_.decode(in_, reply_.body.data() + held);
  reply_.body.resize(held + step.produced);
  in_.erase(0, step.consumed);
  if (step.failed) {
    fail(ClientError::Kind::malformed, "the answer's chunks are malformed");
  } else if (reply_.body.size() > turn_->ask.reply_limit) {
    fail(ClientError::Kind::too_large, "the answer is too large");
  } else if (step.end) {
    ended_ = !in_.empty();
    return finish();
  }
  return state_ == State::body;
}

// True when another turn has begun already.
bool ClientConnection::finish() {
  const bool keep = parser_.keep_alive() && !until_close_ && !ended_ && !unsent_;
  used_before_ = true;
  state_ = keep ? State::idle : State::closed;
  out_ = {};
  in_ = {};
  // The owner may begin another turn at once.
  owner_.ended(*this, std::move(turn_), {.reply = std::move(reply_), .error = {}, .stale = false});
  if (state_ == State::idle) wait(Descriptor::wait_read, waits_readable_);
  return state_ == State::writing;
}

void ClientConnection::broken(const char* what) { fail(ClientError::Kind::closed, what); }

void ClientConnection::fail(ClientError::Kind kind, std::string what) {
  const bool stale = kind == ClientError::Kind::closed && used_before_ && !received_;
  state_ = State::closed;
  if (turn_)
    owner_.ended(*this, std::move(turn_),
                 {.reply = {}, .error = ClientError{kind, std::move(what)}, .stale = stale});
  close();
}

void ClientConnection::close() {
  state_ = State::closed;
  boost::system::error_code ignored;
  descriptor_.cancel(ignored);
  if (!advancing_ && !waits_readable_ && !waits_writable_) owner_.released(*this);
}

}  // namespace millrace::http
