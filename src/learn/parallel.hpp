// Threads of one training: they sleep between parallel regions, and what each part does depends on
// its number alone, so that a result is the same at every run.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace millrace::learn {

class Parallel {
 public:
  explicit Parallel(int threads);  // the caller's included
  ~Parallel();
  Parallel(const Parallel&) = delete;
  Parallel& operator=(const Parallel&) = delete;

  [[nodiscard]] std::size_t threads() const { return threads_.size() + 1; }

  // work(0) to work(parts - 1), in no order; returns when all are done. The first exception is
  // thrown again. From one thread at a time.
  void run(std::size_t parts, const std::function<void(std::size_t part)>& work);

  // Cuts `count` things into as many runs as there are threads: work(thread, first, last).
  void split(
      std::size_t count,
      const std::function<void(std::size_t thread, std::size_t first, std::size_t last)>& work);

 private:
  void serve();
  void take_parts(std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable begun_;
  std::condition_variable done_;
  // Guarded by mutex_.
  const std::function<void(std::size_t)>* work_ = nullptr;
  std::size_t parts_ = 0;
  std::size_t next_ = 0;
  std::size_t unfinished_ = 0;
  std::exception_ptr failure_;
  bool ending_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace millrace::learn
