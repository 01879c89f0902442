#include "base/work_by_key.hpp"

#include <algorithm>
#include <utility>

namespace millrace::base {

WorkByKey::WorkByKey(std::size_t threads, std::size_t room)
    : most_threads_(threads), room_(std::max(room, threads)) {}

WorkByKey::~WorkByKey() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  for (std::jthread& thread : threads_) thread.join();
}

void WorkByKey::rethrow() {
  if (failure_) std::rethrow_exception(failure_);
}

void WorkByKey::add(std::string key, Work work) {
  if (most_threads_ <= 1) return work();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return failure_ || waiting_.size() + busy_.size() < room_; });
  rethrow();
  waiting_.push_back({.key = std::move(key), .work = std::move(work)});
  if (threads_.size() < std::min(most_threads_, waiting_.size() + busy_.size())) {
    threads_.emplace_back([this] { run(); });
  }
  lock.unlock();
  changed_.notify_all();
}

void WorkByKey::finish() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return failure_ || (waiting_.empty() && busy_.empty()); });
  rethrow();
}

std::deque<WorkByKey::Item>::iterator WorkByKey::next() {
  return std::ranges::find_if(waiting_,
                              [this](const Item& item) { return !busy_.contains(item.key); });
}

void WorkByKey::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ends_ || failure_ || next() != waiting_.end(); });
    if (ends_ || failure_) return;
    const auto found = next();
    const Item item = std::move(*found);
    waiting_.erase(found);
    busy_.insert(item.key);
    lock.unlock();
    std::exception_ptr thrown;
    try {
      item.work();
    } catch (...) {
      thrown = std::current_exception();
    }
    lock.lock();
    busy_.erase(item.key);
    if (thrown && !failure_) failure_ = thrown;
    changed_.notify_all();
  }
}

}  // namespace millrace::base
