// Tasks run in the order in which they came, as threads become free.
#include "hosting/tasks.hpp"

#include <utility>

namespace millrace::hosting {

Tasks::Tasks(std::size_t threads, std::function<void(const std::exception&)> failed)
    : failed_(std::move(failed)) {
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this](const std::stop_token& stopping) { run(stopping); });
  }
}

void Tasks::end() {
  for (std::jthread& thread : threads_) thread.request_stop();
  threads_.clear();
}

void Tasks::add(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(task));
  }
  ready_.notify_one();
}

void Tasks::add_after(std::chrono::nanoseconds pause, std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    later_.emplace(std::chrono::steady_clock::now() + pause, std::move(task));
  }
  ready_.notify_one();
}

void Tasks::run(const std::stop_token& stopping) {
  while (const std::function<void()> task = next(stopping)) {
    try {
      task();
    } catch (const std::exception& error) {
      failed_(error);
    }
  }
}

std::function<void()> Tasks::next(const std::stop_token& stopping) {
  std::unique_lock lock(mutex_);
  for (queue_those_due(); waiting_.empty(); queue_those_due()) {
    if (stopping.stop_requested()) return {};
    wait_for_some(lock, stopping);
  }
  if (stopping.stop_requested()) return {};
  std::function<void()> task = std::move(waiting_.front());
  waiting_.pop_front();
  return task;
}

void Tasks::wait_for_some(std::unique_lock<std::mutex>& lock, const std::stop_token& stopping) {
  if (later_.empty()) {
    ready_.wait(lock, stopping, [this] { return !waiting_.empty() || !later_.empty(); });
    return;
  }
  const Moment due = later_.begin()->first;
  ready_.wait_until(lock, stopping, due, [this, due] {
    return !waiting_.empty() || (!later_.empty() && later_.begin()->first < due);
  });
}

void Tasks::queue_those_due() {
  const Moment now = std::chrono::steady_clock::now();
  while (!later_.empty() && later_.begin()->first <= now) {
    waiting_.push_back(std::move(later_.begin()->second));
    later_.erase(later_.begin());
  }
}

}  // namespace millrace::hosting
