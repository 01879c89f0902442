#include "learn/parallel.hpp"

namespace millrace::learn {

Parallel::Parallel(int threads) {
  for (int i = 1; i < threads; ++i) threads_.emplace_back([this] { serve(); });
}

Parallel::~Parallel() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  begun_.notify_all();
}

void Parallel::serve() {
  std::unique_lock lock(mutex_);
  while (true) {
    begun_.wait(lock, [this] { return ending_ || next_ < parts_; });
    if (ending_) return;
    take_parts(lock);
  }
}

void Parallel::take_parts(std::unique_lock<std::mutex>& lock) {
  while (next_ < parts_) {
    const std::size_t part = next_++;
    const auto& work = *work_;
    lock.unlock();
    std::exception_ptr failure;
    try {
      work(part);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    if (failure && !failure_) failure_ = failure;
    if (--unfinished_ == 0) done_.notify_all();
  }
}

void Parallel::run(std::size_t parts, const std::function<void(std::size_t)>& work) {
  if (parts == 0) return;
  std::unique_lock lock(mutex_);
  work_ = &work;
  parts_ = unfinished_ = parts;
  next_ = 0;
  failure_ = nullptr;
  if (parts > 1) begun_.notify_all();
  take_parts(lock);
  done_.wait(lock, [this] { return unfinished_ == 0; });
  parts_ = next_ = 0;
  if (failure_) std::rethrow_exception(failure_);
}

void Parallel::split(std::size_t count,
                     const std::function<void(std::size_t, std::size_t, std::size_t)>& work) {
  const std::size_t parts = threads();
  run(parts, [&](std::size_t part) {
    const std::size_t first = count * part / parts;
    const std::size_t last = count * (part + 1) / parts;
    if (first < last) work(part, first, last);
  });
}

}  // namespace millrace::learn
