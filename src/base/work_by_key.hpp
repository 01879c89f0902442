// Works done on a few threads, those of one key in the order in which they were added.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace millrace::base {

// Its threads come as there is work for them, and go with it. With one thread all is done on the
// caller's.
class WorkByKey {
 public:
  using Work = std::function<void()>;
  // `room`: for so many works that are added and not done.
  WorkByKey(std::size_t threads, std::size_t room);
  WorkByKey(const WorkByKey&) = delete;
  WorkByKey& operator=(const WorkByKey&) = delete;
  // Waits for what has begun and drops the rest.
  ~WorkByKey();

  // Waits until there is room. Throws what a work threw, after which no other begins.
  void add(std::string key, Work work);
  // Returns when all is done. Throws the same.
  void finish();

 private:
  struct Item {
    std::string key;
    Work work;
  };
  void run();
  // Of those whose key is free the first; none: the end.
  [[nodiscard]] std::deque<Item>::iterator next();
  void rethrow();

  const std::size_t most_threads_;
  const std::size_t room_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> waiting_;    // guarded by mutex_, as all below
  std::set<std::string> busy_;  // keys of works that are being done
  std::exception_ptr failure_;
  bool ends_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace millrace::base
