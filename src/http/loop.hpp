// One event loop and its thread: the connections that it owns, work posted to it from anywhere,
// timers, deadlines, and the day's date.
#pragma once

#include "http/buffers.hpp"
#include "http/client_pool.hpp"
#include "http/core.hpp"
#include "http/poller.hpp"
#include "http/wheel.hpp"

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace millrace::http {

class Connection;

class Loop : public std::enable_shared_from_this<Loop> {
 public:
  // Shared: an exchange that a handler still holds may outlive the server.
  explicit Loop(std::shared_ptr<Core> core);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // --- From any thread.
  void start();
  // Runs `work` on the loop soon; drops it once the loop has been finished.
  void post(std::function<void()> work) { poller_.post(std::move(work)); }
  // The loop whose thread the caller is on, or none.
  [[nodiscard]] static Loop* current();
  // Whether the caller is on the loop's thread.
  [[nodiscard]] bool here() const { return poller_.here(); }
  [[nodiscard]] std::size_t load() const { return load_.load(std::memory_order_relaxed); }
  // Ends the thread, and lets go of what is still posted or timed.
  void finish();

  // --- On the loop only.
  void adopt(int descriptor, std::string remote);
  void release(Connection& connection);
  // Closes those that wait for a request; with `all`, the others too.
  void close_connections(bool all);
  // Closes the oldest of the idle connections, if there is one, to get its descriptor back.
  void close_an_idle_one();

  [[nodiscard]] const std::string& date();
  [[nodiscard]] std::span<char> scratch() { return {scratch_.get(), scratch_bytes}; }

  Core& core() { return *core_; }
  Poller& poller() { return poller_; }
  Timers& timers() { return poller_.timers(); }
  ClientPool& asks() { return asks_; }  // of the loop's own to local sockets
  BufferPool& buffers() { return buffers_; }
  Wheel& wheel() { return wheel_; }

 private:
  static constexpr std::size_t scratch_bytes = 256 * 1024;
  void run();
  void tick();
  [[nodiscard]] std::int64_t now_s() const;

  std::shared_ptr<Core> core_;
  Poller poller_;
  bool ticking_ = false;
  BufferPool buffers_;
  Wheel wheel_;
  std::unique_ptr<char[]> scratch_;
  ClientPool asks_;
  std::string date_;
  std::int64_t date_s_ = -1;
  std::list<std::unique_ptr<Connection>> connections_;
  std::atomic<std::size_t> load_{0};
  std::thread thread_;
};

}  // namespace millrace::http
