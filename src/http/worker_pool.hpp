// Threads for what blocks, made as they are needed up to a limit, behind a queue with a limit.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace millrace::http {

class WorkerPool {
 public:
  WorkerPool(std::size_t threads_limit, std::size_t waiting_limit)
      : threads_limit_(threads_limit), waiting_limit_(waiting_limit) {}
  ~WorkerPool() { stop(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False when all threads are busy and the queue is full, or after stop().
  [[nodiscard]] bool submit(std::function<void()> work);
  // For what was begun already and must go on: takes no notice of the queue's limit. False only
  // after stop().
  [[nodiscard]] bool go_on(std::function<void()> work);
  // Drops what waits and returns when the running work has ended.
  void stop();

 private:
  [[nodiscard]] bool enqueue(std::function<void()> work, bool limited);
  void run();

  const std::size_t threads_limit_;
  const std::size_t waiting_limit_;
  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  std::vector<std::jthread> threads_;
  std::size_t idle_ = 0;
  bool stopped_ = false;
};

}  // namespace millrace::http
