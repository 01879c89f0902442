// What is due once a day of the service clock, at midnight UTC: the lifecycles of buckets.
#pragma once

#include "base/log.hpp"
#include "base/time.hpp"
#include "objects/object_store.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace millrace::app {

class DailyWork {
 public:
  DailyWork(objects::ObjectStore& objects, base::Clock& clock, base::Log& log)
      : objects_(objects), clock_(clock), log_(log) {}

  // Does at once, on a thread of its own, what the server was not there for; then day by day.
  void start();
  // On the caller's thread: what is due by now.
  void run();
  // Waits for what is being done.
  void stop();

 private:
  void watch(const std::stop_token& stop);

  objects::ObjectStore& objects_;
  base::Clock& clock_;
  base::Log& log_;
  std::mutex running_;  // one run at a time
  std::mutex mutex_;
  std::condition_variable_any wakes_;
  std::jthread thread_;  // the last member: it uses the others
};

}  // namespace millrace::app
