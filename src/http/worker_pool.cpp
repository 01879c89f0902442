// The queue of workers, and their threads.
#include "http/worker_pool.hpp"

#include <utility>

namespace millrace::http {

bool WorkerPool::submit(std::function<void()> work) { return enqueue(std::move(work), true); }

bool WorkerPool::go_on(std::function<void()> work) { return enqueue(std::move(work), false); }

bool WorkerPool::enqueue(std::function<void()> work, bool limited) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return false;
  const bool can_grow = threads_.size() < threads_limit_;
  const bool taken_soon = waiting_.size() < idle_;
  if (limited && !taken_soon && !can_grow && waiting_.size() >= idle_ + waiting_limit_)
    return false;
  waiting_.push_back(std::move(work));
  if (!taken_soon && can_grow) threads_.emplace_back([this] { run(); });
  changed_.notify_one();
  return true;
}

void WorkerPool::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    changed_.wait(lock, [&] { return stopped_ || !waiting_.empty(); });
    --idle_;
    if (stopped_) return;
    {
      const std::function<void()> work = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      work();
    }
    lock.lock();
  }
}

void WorkerPool::stop() {
  std::deque<std::function<void()>> dropped;
  std::vector<std::jthread> threads;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    dropped.swap(waiting_);
    threads.swap(threads_);
  }
  changed_.notify_all();
}

}  // namespace millrace::http
