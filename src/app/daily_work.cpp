#include "app/daily_work.hpp"

#include <chrono>
#include <exception>
#include <optional>
#include <string>

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
}

void DailyWork::run() {
  const std::lock_guard lock(running_);
  for (const std::string& report : objects_.run_lifecycles()) {
    log_.write(base::Level::info, report);
  }
}

void DailyWork::watch(const std::stop_token& stop) {
  std::optional<std::chrono::sys_days> done;
  while (!stop.stop_requested()) {
    const auto today = std::chrono::floor<std::chrono::days>(clock_.service());
    if (done != today) {
      try {
        run();
        done = today;
      } catch (const std::exception& error) {
        log_.write(base::Level::error, std::string("the lifecycles of buckets: ") + error.what() +
                                           "; tried again soon");
      }
    }
    std::unique_lock lock(mutex_);
    wakes_.wait_for(lock, stop, look_interval, [] { return false; });
  }
}

}  // namespace millrace::app
