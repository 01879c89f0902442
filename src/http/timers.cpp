// Calls in the order of their times.
#include "http/timers.hpp"

namespace millrace::http {

Timers::Key Timers::after(std::chrono::milliseconds delay, std::function<void()> then) {
  const Key key{std::chrono::steady_clock::now() + delay, ++count_};
  waiting_.emplace(key, std::move(then));
  if (key.first < armed_) arm();
  return key;
}

void Timers::arm() {
  if (waiting_.empty()) return;
  armed_ = waiting_.begin()->first.first;
  timer_.expires_at(armed_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) fire();
  });
}

void Timers::fire() {
  armed_ = std::chrono::steady_clock::time_point::max();
  const auto now = std::chrono::steady_clock::now();
  while (!waiting_.empty() && waiting_.begin()->first.first <= now) {
    const auto due = waiting_.extract(waiting_.begin());
    due.mapped()();
  }
  if (!waiting_.empty() && waiting_.begin()->first.first < armed_) arm();
}

void Timers::clear() {
  timer_.cancel();
  armed_ = std::chrono::steady_clock::time_point::max();
  // Their closures may cancel others while they go.
  const auto dropped = std::exchange(waiting_, {});
}

}  // namespace millrace::http
