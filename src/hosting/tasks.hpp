// A few threads for what takes long and nobody waits on: models fetched, unpacked, started.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace millrace::hosting {

class Tasks {
 public:
  // What a task throws is given to `failed`, on the task's thread.
  Tasks(std::size_t threads, std::function<void(const std::exception&)> failed);
  ~Tasks() { end(); }
  Tasks(const Tasks&) = delete;
  Tasks& operator=(const Tasks&) = delete;
  void add(std::function<void()> task);
  void add_after(std::chrono::nanoseconds pause, std::function<void()> task);
  // Waits for the tasks that run; those that wait, and whatever comes later, are dropped.
  void end();

 private:
  using Moment = std::chrono::steady_clock::time_point;
  void run(const std::stop_token& stopping);
  // Empty when the tasks end.
  [[nodiscard]] std::function<void()> next(const std::stop_token& stopping);
  // Both with the lock held.
  void wait_for_some(std::unique_lock<std::mutex>& lock, const std::stop_token& stopping);
  void queue_those_due();

  const std::function<void(const std::exception&)> failed_;
  std::mutex mutex_;
  std::condition_variable_any ready_;
  std::deque<std::function<void()>> waiting_;           // guarded by mutex_
  std::multimap<Moment, std::function<void()>> later_;  // guarded by mutex_
  std::vector<std::jthread> threads_;                   // last: they use all of the above
};

}  // namespace millrace::hosting
