// The queue of workers, and their threads.
#include "http/worker_pool.hpp"

#include <algorithm>
#include <utility>

namespace millrace::http {

bool WorkerPool::submit(std::function<void()> work) { return enqueue(std::move(work), true); }

bool WorkerPool::go_on(std::function<void()> work) { return enqueue(std::move(work), false); }

bool WorkerPool::can_grow() const {
  return threads_.size() < threads_limit_ + std::min(paused_, paused_limit_);
}

void WorkerPool::grow() {
  const auto place = threads_.emplace(threads_.end());
  *place = std::jthread([this, place] { run(place); });
}

bool WorkerPool::enqueue(std::function<void()> work, bool limited) {
  std::unique_lock lock(mutex_);
  if (stopped_) return false;
  const bool taken_soon = waiting_.size() < idle_;
  if (limited && !taken_soon && !can_grow() && waiting_.size() >= idle_ + waiting_limit_)
    return false;
  waiting_.push_back(std::move(work));
  if (!taken_soon && can_grow()) grow();
  // Whoever is woken needs the lock.
  lock.unlock();
  changed_.notify_one();
  return true;
}

void WorkerPool::pause() {
  const std::lock_guard lock(mutex_);
  ++paused_;
  if (!stopped_ && waiting_.size() > idle_ && can_grow()) grow();
}

void WorkerPool::resume() {
  const std::lock_guard lock(mutex_);
  --paused_;
}

void WorkerPool::run(Threads::iterator self) {
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
    if (!stopped_ && threads_.size() > threads_limit_ + paused_) break;
  }
  // The thread that ends next joins the one before; the last is joined by the pool's end.
  Threads before;
  before.swap(ended_);
  ended_.splice(ended_.end(), threads_, self);
  lock.unlock();
}

void WorkerPool::stop() {
  std::deque<std::function<void()>> dropped;
  Threads threads;
  Threads ended;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    dropped.swap(waiting_);
    threads.swap(threads_);
    ended.swap(ended_);
  }
  changed_.notify_all();
}

}  // namespace millrace::http
