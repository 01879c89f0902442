#include "app/daily_work.hpp"

#include <exception>

namespace millrace::app {

namespace {

// How late midnight may be noticed.
constexpr std::chrono::seconds look_interval(20);

}  // namespace

void DailyWork::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { watch(stop); });
}

void DailyWork::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  run_between();
}

void DailyWork::run() {
  for (const DailyTask& task : tasks_) run(task);
}

void DailyWork::run(const DailyTask& task) {
  const std::lock_guard lock(running_);
  for (const std::string& report : task.run()) log_.write(base::Level::info, report);
}

void DailyWork::run_due() {
  const Day today = std::chrono::floor<std::chrono::days>(clock_.service());
  for (std::size_t at = 0; at < tasks_.size(); ++at) {
    if (done_[at] == today) continue;
    try {
      run(tasks_[at]);
      done_[at] = today;
    } catch (const std::exception& error) {
      log_.write(base::Level::error, tasks_[at].name + ": " + error.what() + "; tried again soon");
    }
  }
}

void DailyWork::run_between() {
  for (const DailyTask& task : tasks_) {
    try {
      const std::lock_guard lock(running_);
      task.between();
    } catch (const std::exception& error) {
      log_.write(base::Level::error, task.name + ": " + error.what() + "; tried again soon");
    }
  }
}

void DailyWork::watch(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    run_due();
    run_between();
    std::unique_lock lock(mutex_);
    wakes_.wait_for(lock, stop, look_interval, [] { return false; });
  }
}

}  // namespace millrace::app
