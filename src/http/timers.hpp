// Calls at a time, to the millisecond. For what waits within one thread's loop.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

namespace millrace::http {

class Timers {
 public:
  using Key = std::pair<std::chrono::steady_clock::time_point, std::uint64_t>;

  Key after(std::chrono::milliseconds delay, std::function<void()> then);
  void cancel(const Key& key) { waiting_.erase(key); }
  // Calls those whose time has come.
  void fire();
  // How long until the next one, rounded up; -1 when none waits.
  [[nodiscard]] int until_next_ms() const;
  // Lets go of all of them.
  void clear();

 private:
  std::map<Key, std::function<void()>> waiting_;
  std::uint64_t count_ = 0;
};

}  // namespace millrace::http
