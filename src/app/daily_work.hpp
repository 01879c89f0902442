// What is due once a day of the service clock, at midnight UTC.
#pragma once

#include "base/log.hpp"
#include "base/time.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace millrace::app {

// Done again after a failure, and where the clock is moved within a day: twice does no more than
// once.
struct DailyTask {
  std::string name;                               // for the log
  std::function<std::vector<std::string>()> run;  // what it says of what it did
  std::function<void()> between = [] {};          // done every now and then, and at the end
};

class DailyWork {
 public:
  // Done in the order given.
  DailyWork(std::vector<DailyTask> tasks, base::Clock& clock, base::Log& log)
      : tasks_(std::move(tasks)), done_(tasks_.size()), clock_(clock), log_(log) {}

  // Does at once, on a thread of its own, what the server was not there for; then day by day.
  void start();
  // On the caller's thread: what is due by now.
  void run();
  // Waits for what is being done.
  void stop();

 private:
  using Day = std::chrono::sys_days;
  void run(const DailyTask& task);
  void run_due();
  void run_between();
  void watch(const std::stop_token& stop);

  const std::vector<DailyTask> tasks_;
  std::vector<std::optional<Day>> done_;  // of each task, the day that its thread did last
  base::Clock& clock_;
  base::Log& log_;
  std::mutex running_;  // one run at a time
  std::mutex mutex_;
  std::condition_variable_any wakes_;
  std::jthread thread_;  // the last member: it uses the others
};

}  // namespace millrace::app
