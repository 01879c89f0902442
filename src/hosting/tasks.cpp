// Tasks run in the order in which they came, as threads become free.
#include "hosting/tasks.hpp"

namespace millrace::hosting {

Tasks::Tasks(std::size_t threads) {
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this](const std::stop_token& stopping) { run(stopping); });
  }
}

Tasks::~Tasks() {
  for (std::jthread& thread : threads_) thread.request_stop();
}

void Tasks::add(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(task));
  }
  ready_.notify_one();
}

void Tasks::run(const std::stop_token& stopping) {
  while (true) {
    std::function<void()> task;
    {
      std::unique_lock lock(mutex_);
      if (!ready_.wait(lock, stopping, [this] { return !waiting_.empty(); })) return;
      if (stopping.stop_requested()) return;
      task = std::move(waiting_.front());
      waiting_.pop_front();
    }
    task();
  }
}

}  // namespace millrace::hosting
