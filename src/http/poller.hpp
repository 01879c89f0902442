// What one thread waits for: descriptors, times, and what other threads post to it. Epoll, and no
// system call for a descriptor that is waited for again and again.
#pragma once

#include "http/timers.hpp"

#include <sys/epoll.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace millrace::http {

class Watch;

class Poller {
 public:
  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // Round after round until stop(). What a round calls may end any watch.
  void run();
  [[nodiscard]] Timers& timers() { return timers_; }

  // --- From any thread.
  // Whether the caller is on the thread that runs, or that closed it.
  [[nodiscard]] bool here() const { return thread_.load() == std::this_thread::get_id(); }
  void stop();
  // Runs `work` on the thread that runs, in its next round; drops it once the poller is closed.
  void post(std::function<void()> work);
  // After run(): nothing is taken from now on. What was posted and never ran is given back.
  [[nodiscard]] std::vector<std::function<void()>> close();

 private:
  friend class Watch;
  static constexpr std::size_t events_in_round = 128;

  void wait();
  void run_posted();
  void wake();
  [[nodiscard]] int patience_ms();
  void forget(const Watch& watch);

  const int epoll_;
  const int wake_;
  std::array<epoll_event, events_in_round> events_{};  // of this round, up to count_
  std::size_t count_ = 0;
  Timers timers_;
  std::atomic<bool> stopped_{false};
  std::atomic<std::thread::id> thread_{};

  std::mutex mutex_;  // guards the two below
  std::vector<std::function<void()>> posted_;
  bool closed_ = false;
};

// Who waits for a descriptor; told once for each wait, in a later round.
class Waiter {
 public:
  virtual ~Waiter() = default;
  virtual void readable() = 0;  // or at its end, or broken
  virtual void writable() = 0;  // or broken
};

// A descriptor of which a waiter hears. On the poller's thread only; it owns the descriptor.
class Watch {
 public:
  // Both outlive it.
  Watch(Poller& poller, Waiter& waiter, int descriptor)
      : poller_(poller), waiter_(waiter), descriptor_(descriptor) {}
  ~Watch() { close(); }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  [[nodiscard]] bool waits_readable() const { return waits_readable_; }
  void wait_readable();
  void wait_writable();
  void stop_waiting();
  void close();

 private:
  friend class Poller;
  void happened(std::uint32_t events);
  void hear_of(std::uint32_t events);

  Poller& poller_;
  Waiter& waiter_;
  int descriptor_;
  // What epoll reports: stays as it is while it is of use, as each change is a system call.
  std::uint32_t heard_ = 0;
  bool waits_readable_ = false;
  bool waits_writable_ = false;
};

}  // namespace millrace::http
