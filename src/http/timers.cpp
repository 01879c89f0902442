// Calls in the order of their times.
#include "http/timers.hpp"

#include <algorithm>
#include <limits>

namespace millrace::http {

Timers::Key Timers::after(std::chrono::milliseconds delay, std::function<void()> then) {
  const Key key{std::chrono::steady_clock::now() + delay, ++count_};
  waiting_.emplace(key, std::move(then));
  return key;
}

void Timers::fire() {
  if (waiting_.empty()) return;
  const auto now = std::chrono::steady_clock::now();
  while (!waiting_.empty() && waiting_.begin()->first.first <= now) {
    const auto due = waiting_.extract(waiting_.begin());
    due.mapped()();
  }
}

int Timers::until_next_ms() const {
  if (waiting_.empty()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(waiting_.begin()->first.first -
                                                                 std::chrono::steady_clock::now());
  constexpr std::int64_t longest = std::numeric_limits<int>::max();
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, longest));
}

void Timers::clear() {
  // Their closures may cancel others while they go.
  const auto dropped = std::exchange(waiting_, {});
}

}  // namespace millrace::http
