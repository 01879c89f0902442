// A connection that takes in a whole body for its handler: bounded by itself, with all others, and
// in time.
#include "http/connection.hpp"

namespace millrace::http {

void Connection::gather(std::size_t limit, std::function<void(std::optional<std::string>)> done) {
  if (state_ != State::handling || !exchange_->take_back()) return;
  gather_limit_ = std::min(limit, core_.limits.gathered_bytes);
  gathered_to_ = std::move(done);
  gathered_.clear();
  state_ = State::gathering;
  pace_.begin(core_.limits);
  advance();
}

bool Connection::reserve(std::size_t bytes) {
  reserved_ += bytes;
  return core_.gathered.fetch_add(bytes, std::memory_order_relaxed) + bytes <=
         core_.limits.gathered_total_bytes;
}

bool Connection::step_gathering() {
  if (incoming_.body_left().value_or(0) > gather_limit_) {
    end_gathering(std::nullopt);
    return true;
  }
  const std::span<char> scratch = loop_.scratch();
  while (!incoming_.body_done()) {
    const Io io = read_body(scratch.data(), scratch.size());
    if (io.waits()) {
      set_deadline(pace_.left());
      return wait(io);
    }
    if (io.kind == Io::Kind::failed) {
      abort();
      return false;
    }
    if (gathered_.size() + io.count > gather_limit_) {
      end_gathering(std::nullopt);
      return true;
    }
    if (!reserve(io.count)) {
      give_up(503);
      return true;
    }
    gathered_.append(scratch.data(), io.count);
    pace_.took(io.count);
  }
  end_gathering(std::move(gathered_));
  return true;
}

void Connection::end_gathering(std::optional<std::string> body) {
  unlink();
  state_ = State::handling;
  watching_ = incoming_.body_done() ? Watching::begins : Watching::not_at_all;
  const auto done = std::move(gathered_to_);
  gathered_to_ = nullptr;
  gathered_ = {};
  const std::shared_ptr<ServerExchange> exchange = exchange_;
  exchange->guard([&] { done(std::move(body)); });
}

// Refuses a request whose handler may have it already.
void Connection::give_up(int status) {
  if (exchange_) exchange_->abandon();
  // First, as letting go of the handler's closure may answer.
  finish_exchange();
  gathered_to_ = nullptr;
  gathered_ = {};
  refuse(status);
}

}  // namespace millrace::http
