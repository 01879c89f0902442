// Threads for what blocks, made as they are needed up to a limit, behind a queue with a limit. A
// thread that waits for a slow client is replaced meanwhile, up to a limit of its own, so that slow
// clients do not keep out the others.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

namespace millrace::http {

class WorkerPool {
 public:
  WorkerPool(std::size_t threads_limit, std::size_t paused_limit, std::size_t waiting_limit)
      : threads_limit_(threads_limit), paused_limit_(paused_limit), waiting_limit_(waiting_limit) {}
  ~WorkerPool() { stop(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False when all threads are busy and the queue is full, or after stop().
  [[nodiscard]] bool submit(std::function<void()> work);
  // For what was begun already and must go on: takes no notice of the queue's limit. False only
  // after stop().
  [[nodiscard]] bool go_on(std::function<void()> work);
  // Around a long wait of the calling worker.
  void pause();
  void resume();
  // Drops what waits and returns when the running work has ended.
  void stop();

 private:
  using Threads = std::list<std::jthread>;
  [[nodiscard]] bool enqueue(std::function<void()> work, bool limited);
  [[nodiscard]] bool can_grow() const;
  void grow();
  void run(Threads::iterator self);

  const std::size_t threads_limit_;
  const std::size_t paused_limit_;
  const std::size_t waiting_limit_;
  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  Threads threads_;
  Threads ended_;  // of those that replaced a paused one and are not needed any more
  std::size_t idle_ = 0;
  std::size_t paused_ = 0;
  bool stopped_ = false;
};

}  // namespace millrace::http
