// A few threads for what takes long and nobody waits on: models fetched, unpacked, started.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace millrace::hosting {

class Tasks {
 public:
  explicit Tasks(std::size_t threads);
  ~Tasks();  // waits for the tasks that run; those that wait are dropped
  Tasks(const Tasks&) = delete;
  Tasks& operator=(const Tasks&) = delete;
  void add(std::function<void()> task);

 private:
  void run(const std::stop_token& stopping);

  std::mutex mutex_;
  std::condition_variable_any ready_;
  std::deque<std::function<void()>> waiting_;  // guarded by mutex_
  std::vector<std::jthread> threads_;          // last: they use all of the above
};

}  // namespace millrace::hosting
