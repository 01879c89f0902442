// Calls at a time, to the millisecond, on one Asio timer. For what waits within one thread's
// context.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

namespace millrace::http {

using LoopTimer =
    boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                      boost::asio::wait_traits<std::chrono::steady_clock>,
                                      boost::asio::io_context::executor_type>;

class Timers {
 public:
  using Key = std::pair<std::chrono::steady_clock::time_point, std::uint64_t>;

  explicit Timers(boost::asio::io_context& context) : timer_(context) {}
  Key after(std::chrono::milliseconds delay, std::function<void()> then);
  void cancel(const Key& key) { waiting_.erase(key); }
  // Lets go of all of them, and of the context.
  void clear();

 private:
  void arm();
  void fire();

  LoopTimer timer_;
  // What the timer is set to. A cancelled call leaves it set: waking once in vain is cheaper than
  // setting it for each.
  std::chrono::steady_clock::time_point armed_ = std::chrono::steady_clock::time_point::max();
  std::map<Key, std::function<void()>> waiting_;
  std::uint64_t count_ = 0;
};

}  // namespace millrace::http
